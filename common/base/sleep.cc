#include "common/base/sleep.h"

#include "common/base/mutex.h"

namespace inkwell {

bool SleepFor(const std::stop_token& stop, std::chrono::nanoseconds duration) {
  const auto deadline = std::chrono::steady_clock::now() + duration;
  Mutex mutex;
  CondVar never_notified;
  MutexLock lock(mutex);
  while (!stop.stop_requested() && std::chrono::steady_clock::now() < deadline) {
    never_notified.WaitUntil(mutex, stop, deadline);
  }
  return !stop.stop_requested();
}

}  // namespace inkwell
