#include "services/flusher/schedule/schedule.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace inkwell::flusher {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr WallTime kNoon = std::chrono::sys_days(std::chrono::days(20'000)) + hours(12);

Schedule Parsed(std::string_view text) { return Schedule::Parse(text).value(); }

std::string ErrorOf(std::string_view text) {
  return std::string(Schedule::Parse(text).status().message());
}

TEST(ScheduleTest, CountsEveryFromTheLastStart) {
  const Schedule schedule = Parsed("@every 1m30s");
  EXPECT_EQ(schedule.Next(kNoon, kNoon), kNoon + seconds(90));
  EXPECT_EQ(schedule.Next(kNoon, kNoon + seconds(60)), kNoon + seconds(90));
}

TEST(ScheduleTest, MakesUpMissedRunsOnce) {
  for (const char* text : {"@every 1m", "* * * * *"}) {
    const Schedule schedule = Parsed(text);
    const WallTime late = kNoon + minutes(10) + seconds(1);
    EXPECT_EQ(schedule.Next(kNoon, late), late) << text;
    EXPECT_GT(schedule.Next(late, late + milliseconds(1)), late + seconds(50)) << text;
  }
}

TEST(ScheduleTest, WaitsNoLongerWhenTheClockIsSetBack) {
  EXPECT_EQ(Parsed("@every 1s").Next(kNoon + hours(5), kNoon), kNoon + seconds(1));
  EXPECT_EQ(Parsed("* * * * *").Next(kNoon + hours(5), kNoon), kNoon + minutes(1));
}

TEST(ScheduleTest, TakesCron) {
  EXPECT_EQ(Parsed("30 12 * * *").Next(kNoon, kNoon + seconds(1)), kNoon + minutes(30));
}

TEST(ScheduleTest, ShowsItself) {
  EXPECT_EQ(Parsed("@every 1s").ToString(), "@every 1s");
  EXPECT_EQ(Parsed("0 3 * * sun").ToString(), "0 3 * * sun");
}

TEST(ScheduleTest, KeepsDurationsInRange) {
  EXPECT_TRUE(Schedule::Parse("@every 10ms").ok());
  EXPECT_TRUE(Schedule::Parse("@every 24h").ok());
  EXPECT_EQ(ErrorOf("@every 9ms"), "schedule \"@every 9ms\": 9ms is out of range; 10ms to 24h");
  EXPECT_EQ(ErrorOf("@every 25h"), "schedule \"@every 25h\": 25h is out of range; 10ms to 24h");
  EXPECT_EQ(ErrorOf("@every inf"), "schedule \"@every inf\": inf is out of range; 10ms to 24h");
  EXPECT_EQ(ErrorOf("@every -1s"), "schedule \"@every -1s\": -1s is out of range; 10ms to 24h");
}

TEST(ScheduleTest, SaysWhatIsWrong) {
  EXPECT_EQ(ErrorOf("@every 5"),
            "schedule \"@every 5\": \"5\" is no duration; 500ms, 1s or 1m30s would be");
  EXPECT_EQ(ErrorOf("@hourly"),
            "schedule \"@hourly\": no such schedule; \"@every 1s\" or five cron fields "
            "(\"* * * * *\") would be right");
  EXPECT_EQ(ErrorOf("61 * * * *"), "schedule \"61 * * * *\": minute: 61 is out of range; 0 to 59");
}

}  // namespace
}  // namespace inkwell::flusher
