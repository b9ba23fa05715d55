// One field of a cron expression (the grammar: cron.h). Pure functions, thread-safe.
#pragma once

#include <bitset>
#include <string_view>

#include "absl/status/statusor.h"

namespace inkwell::flusher {

struct CronField {
  std::string_view name;  // for errors
  int first;              // the range of its values
  int last;
  std::string_view value_names;  // three letters each, for first, first + 1, …
};

inline constexpr CronField kMinuteField{"minute", 0, 59, ""};
inline constexpr CronField kHourField{"hour", 0, 23, ""};
inline constexpr CronField kDayOfMonthField{"day of month", 1, 31, ""};
inline constexpr CronField kMonthField{"month", 1, 12, "janfebmaraprmayjunjulaugsepoctnovdec"};
inline constexpr CronField kDayOfWeekField{"day of week", 0, 7, "sunmontuewedthufrisat"};

// Bit n is set if the field matches n.
using CronValues = std::bitset<60>;

// kInvalidArgument if `text` is none: "minute: 60 is out of range; 0 to 59".
[[nodiscard]] absl::StatusOr<CronValues> ParseCronField(const CronField& field,
                                                        std::string_view text);

}  // namespace inkwell::flusher
