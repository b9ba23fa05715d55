// What a line of the log says besides its message: a method, a caller, a trace.
#pragma once

#include <span>
#include <string_view>
#include <variant>

namespace inkwell {

struct LogField {
  std::string_view name;  // none of "time", "level", "service" and "message"
  std::variant<std::string_view, double> value;
};

// Gives each line that this thread logs its fields, as long as this lives: in JSON members of
// their own, in text " name=value" behind the message. Views them. One that is made later hides
// those before.
class WithLogFields {
 public:
  explicit WithLogFields(std::span<const LogField> fields);
  ~WithLogFields();
  WithLogFields(const WithLogFields&) = delete;
  WithLogFields& operator=(const WithLogFields&) = delete;

 private:
  const std::span<const LogField> outer_;
};

// Those of the line that this thread is logging; for formatters, which run on its thread.
[[nodiscard]] std::span<const LogField> CurrentLogFields();

}  // namespace inkwell
