#include "common/server/log.h"

#include <fmt/format.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <ctime>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "common/server/json_log.h"
#include "common/server/log_fields.h"

namespace inkwell {
namespace {

// "%*" in a pattern: the line's fields.
class FieldsFlag final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& /*message*/, const std::tm& /*time*/,
              spdlog::memory_buf_t& line) override {
    for (const auto& field : CurrentLogFields()) {
      std::visit(
          [&](const auto& value) {
            fmt::format_to(std::back_inserter(line), " {}={}", field.name, value);
          },
          field.value);
    }
  }
  std::unique_ptr<spdlog::custom_flag_formatter> clone() const override {
    return std::make_unique<FieldsFlag>();
  }
};

std::unique_ptr<spdlog::formatter> MakeTextFormatter() {
  auto formatter = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
  formatter->add_flag<FieldsFlag>('*').set_pattern("%Y-%m-%dT%H:%M:%S.%fZ %-8l %v%*");
  return formatter;
}

}  // namespace

void InitLog(LogFormat format, std::string_view level, std::string_view service) {
  auto logger = spdlog::stderr_logger_mt(std::string(service));
  if (format == LogFormat::kJson) {
    logger->set_formatter(std::make_unique<JsonLogFormatter>());
  } else {
    logger->set_formatter(MakeTextFormatter());
  }
  logger->set_level(spdlog::level::from_str(std::string(level)));
  logger->flush_on(spdlog::level::info);
  spdlog::set_default_logger(std::move(logger));
}

bool IsLogLevel(std::string_view level) {
  // from_str answers "off" to what it doesn't know.
  return level == "off" || spdlog::level::from_str(std::string(level)) != spdlog::level::off;
}

}  // namespace inkwell
