#include "services/flusher/schedule/cron.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace inkwell::flusher {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::sys_days;
using std::chrono::year_month_day;

// A time as "2024-02-29 12:30".
WallTime At(int year, unsigned month, unsigned day, int hour = 0, int minute = 0) {
  const year_month_day date{std::chrono::year(year), std::chrono::month(month),
                            std::chrono::day(day)};
  return sys_days(date) + hours(hour) + minutes(minute);
}

WallTime Next(std::string_view expression, WallTime after) {
  return Cron::Parse(expression).value().Next(after);
}

std::string ErrorOf(std::string_view expression) {
  return std::string(Cron::Parse(expression).status().message());
}

TEST(CronTest, IsStrictlyLater) {
  EXPECT_EQ(Next("* * * * *", At(2026, 1, 1, 12, 0)), At(2026, 1, 1, 12, 1));
  EXPECT_EQ(Next("* * * * *", At(2026, 1, 1, 12, 0) + microseconds(1)), At(2026, 1, 1, 12, 1));
  EXPECT_EQ(Next("* * * * *", At(2026, 1, 1, 12, 1) - microseconds(1)), At(2026, 1, 1, 12, 1));
  EXPECT_EQ(Next("30 12 * * *", At(2026, 1, 1, 12, 30)), At(2026, 1, 2, 12, 30));
}

TEST(CronTest, TakesListsRangesAndSteps) {
  EXPECT_EQ(Next("*/15 * * * *", At(2026, 1, 1, 0, 0)), At(2026, 1, 1, 0, 15));
  EXPECT_EQ(Next("*/15 * * * *", At(2026, 1, 1, 0, 45)), At(2026, 1, 1, 1, 0));
  EXPECT_EQ(Next("5-20/7 * * * *", At(2026, 1, 1, 0, 5)), At(2026, 1, 1, 0, 12));
  EXPECT_EQ(Next("5-20/7 * * * *", At(2026, 1, 1, 0, 19)), At(2026, 1, 1, 1, 5));
  EXPECT_EQ(Next("1,3,40-41 * * * *", At(2026, 1, 1, 0, 3)), At(2026, 1, 1, 0, 40));
  EXPECT_EQ(Next("0 9-17/4 * * *", At(2026, 1, 1, 13, 0)), At(2026, 1, 1, 17, 0));
}

TEST(CronTest, TakesNamesInEitherCase) {
  constexpr const char* kMonths[] = {"jan", "FEB", "Mar", "apr", "may", "jun",
                                     "jul", "aug", "sep", "oct", "nov", "dec"};
  for (unsigned month = 1; month <= 12; ++month) {
    EXPECT_EQ(Next("0 0 1 " + std::string(kMonths[month - 1]) + " *", At(2025, 12, 31)),
              At(2026, month, 1));
  }
  // 2026-01-04 was a Sunday.
  constexpr const char* kDays[] = {"SUN", "mon", "tue", "wed", "thu", "fri", "sat"};
  for (unsigned day = 0; day < 7; ++day) {
    EXPECT_EQ(Next("0 0 * * " + std::string(kDays[day]), At(2026, 1, 3, 12)), At(2026, 1, 4 + day));
  }
}

TEST(CronTest, TakesSundayAsZeroAndSeven) {
  EXPECT_EQ(Next("0 0 * * 0", At(2026, 1, 1)), At(2026, 1, 4));
  EXPECT_EQ(Next("0 0 * * 7", At(2026, 1, 1)), At(2026, 1, 4));
  EXPECT_EQ(Next("0 0 * * fri-sun", At(2026, 1, 3)), At(2026, 1, 4));
  EXPECT_EQ(Next("0 0 * * fri-sun", At(2026, 1, 4)), At(2026, 1, 9));
  EXPECT_EQ(Next("0 0 * * sun-mon", At(2026, 1, 4)), At(2026, 1, 5));
  EXPECT_EQ(Next("0 0 * * */2", At(2026, 1, 3)), At(2026, 1, 4));
}

TEST(CronTest, NeedsOnlyOneOfTwoRestrictedDayFields) {
  // 2026-02-06 was a Friday, and so was the 13th.
  EXPECT_EQ(Next("0 0 13 * fri", At(2026, 2, 1)), At(2026, 2, 6));
  EXPECT_EQ(Next("0 0 14 * fri", At(2026, 2, 13)), At(2026, 2, 14));
  EXPECT_EQ(Next("0 0 13 * *", At(2026, 2, 1)), At(2026, 2, 13));
  // A field that starts with "*" restricts nothing by itself, so both have to match.
  EXPECT_EQ(Next("0 0 */31 * mon", At(2026, 1, 1)), At(2026, 6, 1));
}

TEST(CronTest, KnowsTheLengthsOfMonths) {
  EXPECT_EQ(Next("0 0 31 * *", At(2026, 1, 31)), At(2026, 3, 31));
  EXPECT_EQ(Next("0 0 31 * *", At(2026, 3, 31)), At(2026, 5, 31));
  EXPECT_EQ(Next("0 0 30 * *", At(2026, 1, 30)), At(2026, 3, 30));
}

TEST(CronTest, KnowsLeapYears) {
  EXPECT_EQ(Next("0 0 29 2 *", At(2026, 1, 1)), At(2028, 2, 29));
  EXPECT_EQ(Next("0 0 29 2 *", At(2096, 2, 29)), At(2104, 2, 29));  // 2100 is none
  EXPECT_EQ(Next("0 0 29 2 *", At(1999, 1, 1)), At(2000, 2, 29));   // 2000 is one
  // On a Monday only: 28 years on, and 40 where 2100 lies between.
  EXPECT_EQ(Next("0 0 29 2 */7", At(2032, 2, 29)), At(2060, 2, 29));
  EXPECT_EQ(Next("0 0 29 2 */7", At(2088, 2, 29)), At(2128, 2, 29));
}

TEST(CronTest, RollsOverYears) {
  EXPECT_EQ(Next("* * * * *", At(2025, 12, 31, 23, 59)), At(2026, 1, 1));
  EXPECT_EQ(Next("0 0 1 1 *", At(2026, 1, 1)), At(2027, 1, 1));
}

TEST(CronTest, TakesTimesBefore1970) {
  EXPECT_EQ(Next("0 0 1 1 *", At(1969, 6, 1)), At(1970, 1, 1));
  EXPECT_EQ(Next("* * * * *", At(1969, 12, 31, 23, 58) + microseconds(1)),
            At(1969, 12, 31, 23, 59));
}

TEST(CronTest, SaysWhatIsWrong) {
  EXPECT_EQ(ErrorOf("60 * * * *"), "minute: 60 is out of range; 0 to 59");
  EXPECT_EQ(ErrorOf("* 24 * * *"), "hour: 24 is out of range; 0 to 23");
  EXPECT_EQ(ErrorOf("* * 0 * *"), "day of month: 0 is out of range; 1 to 31");
  EXPECT_EQ(ErrorOf("* * * 13 *"), "month: 13 is out of range; 1 to 12");
  EXPECT_EQ(ErrorOf("* * * * 8"), "day of week: 8 is out of range; 0 to 7");
  EXPECT_EQ(ErrorOf("99999999999 * * * *"), "minute: 99999999999 is out of range; 0 to 59");
  EXPECT_EQ(ErrorOf("x * * * *"), "minute: \"x\" is no number; 0 to 59");
  EXPECT_EQ(ErrorOf("* * * foo *"), "month: \"foo\" is no number or name; 1 to 12");
  EXPECT_EQ(ErrorOf("1,,2 * * * *"), "minute: \"\" is no number; 0 to 59");
  EXPECT_EQ(ErrorOf("1, * * * *"), "minute: \"\" is no number; 0 to 59");
  EXPECT_EQ(ErrorOf("5-2 * * * *"), "minute: 5-2 runs backwards; the smaller value comes first");
  EXPECT_EQ(ErrorOf("*/0 * * * *"), "minute: 0 is out of range; 1 to 59");
  EXPECT_EQ(ErrorOf("*/ * * * *"), "minute: \"\" is no number; 1 to 59");
  EXPECT_EQ(ErrorOf("5/10 * * * *"),
            "minute: \"5/10\" has a step but no range; 5-59/10 would have one");
  EXPECT_EQ(ErrorOf("* * * *"),
            "4 fields, but a cron expression has 5: minute, hour, day of month, month, "
            "day of week");
  EXPECT_EQ(ErrorOf("").substr(0, 8), "0 fields");
}

TEST(CronTest, RefusesADayThatNeverComes) {
  EXPECT_EQ(ErrorOf("0 0 30 2 *"), "day of month \"30\" never comes in month \"2\"");
  EXPECT_EQ(ErrorOf("0 0 31 4,jun *"), "day of month \"31\" never comes in month \"4,jun\"");
  // Either day suffices, so the Mondays do.
  EXPECT_TRUE(Cron::Parse("0 0 30 2 mon").ok());
}

}  // namespace
}  // namespace inkwell::flusher
