// Logs go to stderr, one line an event. Use spdlog's own functions to write them:
// spdlog::info("flushed {} rows", n).
#pragma once

#include <string_view>

namespace inkwell {

enum class LogFormat { kText, kJson };

// Sets spdlog's default logger up. Call once, before any thread logs.
// `service` names the process in JSON lines. `level` is one of spdlog's names.
void InitLog(LogFormat format, std::string_view level, std::string_view service);

// Whether spdlog knows the level: trace debug info warning error critical off.
[[nodiscard]] bool IsLogLevel(std::string_view level);

}  // namespace inkwell
