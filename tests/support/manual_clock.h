// A clock that a test sets.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "common/base/clock.h"

namespace inkwell::testing {

// Thread-safe. Stands at 2027-01-15T08:00:00Z until it is advanced.
class ManualClock final : public Clock {
 public:
  [[nodiscard]] WallTime Now() const override { return WallTime(std::chrono::microseconds(now_)); }
  void Advance(std::chrono::microseconds by) { now_ += by.count(); }

 private:
  std::atomic<std::int64_t> now_ = 1'800'000'000'000'000;
};

}  // namespace inkwell::testing
