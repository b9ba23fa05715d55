// Log lines as JSON objects: time, level, service, message, and the fields of log_fields.h.
#pragma once

#include <spdlog/formatter.h>

#include <memory>

namespace inkwell {

// Used by one sink at a time, under its lock.
class JsonLogFormatter final : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& line) override;
  [[nodiscard]] std::unique_ptr<spdlog::formatter> clone() const override;
};

}  // namespace inkwell
