#include "common/server/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <string>

#include "common/server/json_log.h"

namespace inkwell {

void InitLog(LogFormat format, std::string_view level, std::string_view service) {
  auto logger = spdlog::stderr_logger_mt(std::string(service));
  if (format == LogFormat::kJson) {
    logger->set_formatter(std::make_unique<JsonLogFormatter>());
  } else {
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%fZ %-8l %v", spdlog::pattern_time_type::utc);
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
