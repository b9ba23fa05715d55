#include "common/server/json_log.h"

#include <gtest/gtest.h>
#include <spdlog/details/log_msg.h>

#include <nlohmann/json.hpp>
#include <string>

namespace inkwell {
namespace {

nlohmann::json Format(const std::string& text) {
  const spdlog::log_clock::time_point time(std::chrono::microseconds(1'700'000'000'123'456));
  const spdlog::details::log_msg message(time, {}, "inkwell-test", spdlog::level::warn, text);
  spdlog::memory_buf_t line;
  JsonLogFormatter().format(message, line);
  const std::string written(line.data(), line.size());
  EXPECT_EQ(written.find('\n'), written.size() - 1) << "one line an event";
  return nlohmann::json::parse(written);
}

TEST(JsonLog, IsOneObjectALine) {
  const auto event = Format("hello \"world\"\nsecond line");
  EXPECT_EQ(event["time"], "2023-11-14T22:13:20.123456Z");
  EXPECT_EQ(event["level"], "warning");
  EXPECT_EQ(event["service"], "inkwell-test");
  EXPECT_EQ(event["message"], "hello \"world\"\nsecond line");
}

TEST(JsonLog, SurvivesBytesThatAreNoUtf8) {
  EXPECT_EQ(Format("a\xff")["message"], "a\xef\xbf\xbd");
}

}  // namespace
}  // namespace inkwell
