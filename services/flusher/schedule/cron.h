// Cron expressions: when something that recurs is due.
//
// Five fields, in UTC: minute (0-59), hour (0-23), day of month (1-31), month (1-12 or
// jan-dec) and day of week (0-7 or sun-sat; 0 and 7 are Sunday). A field is a list,
// parted by commas, of "*", a value, or a range "a-b"; "*" and a range may be followed by
// a step "/n", counted from the range's start. Names may be in either case. A range of
// days of week may end on Sunday, however written: "fri-sun".
//
// As in crontab(5), if neither day field starts with "*", a day need match only one of
// them: "0 0 13 * fri" is due on every 13th and on every Friday.
#pragma once

#include <bitset>
#include <chrono>
#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "common/base/clock.h"

namespace inkwell::flusher {

// A value; immutable, so thread-safe.
class Cron {
 public:
  // kInvalidArgument, saying which field is wrong and what would be right, or that the
  // day never comes ("0 0 30 2 *").
  [[nodiscard]] static absl::StatusOr<Cron> Parse(std::string_view expression);

  // The first time due that is later than `after`.
  [[nodiscard]] WallTime Next(WallTime after) const;

 private:
  Cron() = default;
  [[nodiscard]] bool IsDue(std::chrono::sys_days day) const;
  // The first due day that is `first` or later; nullopt if there is none ever.
  [[nodiscard]] std::optional<std::chrono::sys_days> NextDay(std::chrono::sys_days first) const;
  // The first due time of day that is `first` or later; nullopt if there is none.
  [[nodiscard]] std::optional<std::chrono::minutes> NextMinute(std::chrono::minutes first) const;

  std::bitset<60> minutes_;
  std::bitset<24> hours_;
  std::bitset<32> days_of_month_;  // 1 to 31
  std::bitset<13> months_;         // 1 to 12
  std::bitset<7> days_of_week_;    // 0, Sunday, to 6
  bool either_day_suffices_ = false;
};

}  // namespace inkwell::flusher
