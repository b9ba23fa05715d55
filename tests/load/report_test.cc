#include "tests/load/report.h"

#include <limits>
#include <nlohmann/json.hpp>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace inkwell::load {
namespace {

using ::testing::HasSubstr;

Result Example() {
  Tally tally;
  tally.Sent(2000);
  tally.Acknowledged(1998);
  tally.Latency(std::chrono::milliseconds(3));
  tally.Failed(absl::StatusCode::kUnavailable, "redis is away");
  tally.Failed(absl::StatusCode::kUnavailable, "redis is still away");
  return {tally.Snapshot(), std::chrono::seconds(2), false};
}

TEST(Report, GroupsDigits) {
  EXPECT_EQ(Grouped(0), "0");
  EXPECT_EQ(Grouped(999), "999");
  EXPECT_EQ(Grouped(1000), "1,000");
  EXPECT_EQ(Grouped(-123456), "-123,456");
  EXPECT_EQ(Grouped(std::numeric_limits<std::int64_t>::max()), "9,223,372,036,854,775,807");
}

TEST(Report, TextTellsFailuresByCodeWithTheFirstMessage) {
  const std::string text = TextReport(Example());
  EXPECT_THAT(text, HasSubstr("1,998"));
  EXPECT_THAT(text, HasSubstr("2  UNAVAILABLE: redis is away\n"));
  EXPECT_THAT(text, ::testing::Not(HasSubstr("behind")));
}

TEST(Report, JsonHoldsTheSame) {
  const auto json = nlohmann::json::parse(JsonReport(Example()));
  EXPECT_EQ(json["sent"], 2000);
  EXPECT_EQ(json["acknowledged"], 1998);
  EXPECT_EQ(json["failed"]["UNAVAILABLE"]["count"], 2);
  EXPECT_EQ(json["rate_per_second"], 999.0);
  EXPECT_NEAR(json["latency_ms"]["p99_9"], 3.0, 0.03);
  EXPECT_FALSE(json.contains("behind_ms_max"));
}

}  // namespace
}  // namespace inkwell::load
