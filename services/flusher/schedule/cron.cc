#include "services/flusher/schedule/cron.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "services/flusher/schedule/cron_field.h"

namespace inkwell::flusher {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::sys_days;
using std::chrono::year_month_day;

// The calendar repeats, weekdays included, after 400 years of this many days in all.
constexpr days kCalendarCycle{146'097};

constexpr std::array kFields{kMinuteField, kHourField, kDayOfMonthField, kMonthField,
                             kDayOfWeekField};

template <std::size_t kSize>
std::bitset<kSize> Narrow(const CronValues& values) {
  return std::bitset<kSize>(values.to_ullong());
}

}  // namespace

absl::StatusOr<Cron> Cron::Parse(std::string_view expression) {
  const std::vector<std::string> texts =
      absl::StrSplit(std::string(expression), absl::ByAnyChar(" \t"), absl::SkipEmpty());
  if (texts.size() != kFields.size()) {
    return absl::InvalidArgumentError(
        fmt::format("{} fields, but a cron expression has 5: minute, hour, day of month, month, "
                    "day of week",
                    texts.size()));
  }
  std::array<CronValues, kFields.size()> values;
  for (std::size_t i = 0; i < kFields.size(); ++i) {
    auto parsed = ParseCronField(kFields[i], texts[i]);
    if (!parsed.ok()) return parsed.status();
    values[i] = *parsed;
  }
  if (values[4].test(7)) values[4].set(0);

  Cron cron;
  cron.minutes_ = values[0];
  cron.hours_ = Narrow<24>(values[1]);
  cron.days_of_month_ = Narrow<32>(values[2]);
  cron.months_ = Narrow<13>(values[3]);
  values[4].reset(7);
  cron.days_of_week_ = Narrow<7>(values[4]);
  cron.either_day_suffices_ = texts[2].front() != '*' && texts[4].front() != '*';
  if (!cron.NextDay(sys_days())) {
    return absl::InvalidArgumentError(
        fmt::format("day of month \"{}\" never comes in month \"{}\"", texts[2], texts[3]));
  }
  return cron;
}

bool Cron::IsDue(sys_days day) const {
  const year_month_day date(day);
  const bool month = months_.test(unsigned{date.month()});
  const bool day_of_month = days_of_month_.test(unsigned{date.day()});
  const bool day_of_week = days_of_week_.test(std::chrono::weekday(day).c_encoding());
  return month &&
         (either_day_suffices_ ? day_of_month || day_of_week : day_of_month && day_of_week);
}

std::optional<sys_days> Cron::NextDay(sys_days first) const {
  for (sys_days day = first; day < first + kCalendarCycle; day += days(1)) {
    if (IsDue(day)) return day;
  }
  return std::nullopt;
}

std::optional<minutes> Cron::NextMinute(minutes first) const {
  for (minutes time = first; time < days(1); ++time) {
    const auto hour = std::chrono::floor<hours>(time);
    if (!hours_.test(static_cast<std::size_t>(hour.count()))) continue;
    if (minutes_.test(static_cast<std::size_t>((time - hour).count()))) return time;
  }
  return std::nullopt;
}

WallTime Cron::Next(WallTime after) const {
  const auto earliest = std::chrono::floor<minutes>(after) + minutes(1);
  const auto today = std::chrono::floor<days>(earliest);
  if (IsDue(today)) {
    if (const auto time = NextMinute(earliest - today)) return today + *time;
  }
  // Parse made sure of both: no field is empty, and a day comes.
  return *NextDay(today + days(1)) + *NextMinute(minutes(0));
}

}  // namespace inkwell::flusher
