// When a flush is due by itself.
//
// "@every <duration>", such as "@every 1s" or "@every 1m30s", from 10ms to 24h; or a
// cron expression (cron.h).
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <variant>

#include "absl/status/statusor.h"
#include "common/base/clock.h"
#include "services/flusher/schedule/cron.h"

namespace inkwell::flusher {

// A value; immutable, so thread-safe.
class Schedule {
 public:
  // kInvalidArgument, saying what is wrong and what would be right.
  [[nodiscard]] static absl::StatusOr<Schedule> Parse(std::string_view text);

  // When to start after the run that started at `last_start`: `now` if that was missed,
  // because the last run took longer or the machine slept, so that however many runs
  // were missed, one makes up for them all. A clock that was set back makes no wait
  // longer than the schedule's own.
  [[nodiscard]] WallTime Next(WallTime last_start, WallTime now) const;

  // As it was given to Parse.
  [[nodiscard]] const std::string& ToString() const { return text_; }

 private:
  using Every = std::chrono::microseconds;

  Schedule(std::string_view text, std::variant<Every, Cron> rule) : text_(text), rule_(rule) {}

  std::string text_;
  std::variant<Every, Cron> rule_;
};

}  // namespace inkwell::flusher
