#include "common/server/repeated_warning.h"

#include <spdlog/spdlog.h>

#include <chrono>
#include <utility>

namespace inkwell {

void RepeatedWarning::Report(std::string_view message) {
  const SteadyTime now = std::chrono::steady_clock::now();
  std::int64_t suppressed = 0;
  {
    MutexLock lock(mutex_);
    if (last_ != SteadyTime{} && now - last_ < std::chrono::seconds(1)) {
      ++suppressed_;
      return;
    }
    last_ = now;
    suppressed = std::exchange(suppressed_, 0);
  }
  if (suppressed == 0) {
    spdlog::warn("{}", message);
  } else {
    spdlog::warn("{} ({} more since the last such line)", message, suppressed);
  }
}

}  // namespace inkwell
