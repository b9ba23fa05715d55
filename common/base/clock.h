// The seam to time, so that no test's result hangs on a wall clock.
#pragma once

#include <chrono>

namespace inkwell {

// Calendar time, to the microsecond: what Postgres' timestamptz holds.
using WallTime = std::chrono::sys_time<std::chrono::microseconds>;
// For deadlines and durations; never goes back.
using SteadyTime = std::chrono::steady_clock::time_point;

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual WallTime Now() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] WallTime Now() const override {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  }
};

}  // namespace inkwell
