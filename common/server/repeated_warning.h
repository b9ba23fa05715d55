// A warning that may come a thousand times a second is logged once a second, with
// how many there were.
#pragma once

#include <cstdint>
#include <string_view>

#include "common/base/clock.h"
#include "common/base/mutex.h"

namespace inkwell {

// One for each kind of trouble. Thread-safe.
class RepeatedWarning {
 public:
  // Logs `message`, unless one was logged in the last second: then it only counts.
  void Report(std::string_view message);

 private:
  Mutex mutex_;
  SteadyTime last_ INK_GUARDED_BY(mutex_){};
  std::int64_t suppressed_ INK_GUARDED_BY(mutex_) = 0;
};

}  // namespace inkwell
