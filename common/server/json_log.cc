#include "common/server/json_log.h"

#include <fmt/chrono.h>
#include <spdlog/details/log_msg.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <variant>

#include "common/server/log_fields.h"

namespace inkwell {
namespace {

std::string_view View(spdlog::string_view_t text) { return {text.data(), text.size()}; }

std::string UtcTime(spdlog::log_clock::time_point time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(time - seconds);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:06}Z",
                     fmt::gmtime(spdlog::log_clock::to_time_t(seconds)), micros.count());
}

}  // namespace

void JsonLogFormatter::format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& line) {
  nlohmann::ordered_json event;
  event["time"] = UtcTime(message.time);
  event["level"] = View(spdlog::level::to_string_view(message.level));
  event["service"] = View(message.logger_name);
  event["message"] = View(message.payload);
  for (const auto& field : CurrentLogFields()) {
    std::visit([&](const auto& value) { event[std::string(field.name)] = value; }, field.value);
  }
  // Bytes that are no UTF-8 (from a server's error text, say) are replaced.
  const std::string text =
      event.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  line.append(text.data(), text.data() + text.size());
}

std::unique_ptr<spdlog::formatter> JsonLogFormatter::clone() const {
  return std::make_unique<JsonLogFormatter>();
}

}  // namespace inkwell
