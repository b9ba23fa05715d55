#include "common/base/gate.h"

namespace inkwell {

bool Gate::Enter() {
  MutexLock lock(mutex_);
  if (closed_) return false;
  ++inside_;
  return true;
}

void Gate::Leave() {
  MutexLock lock(mutex_);
  if (--inside_ == 0) left_.NotifyAll();
}

void Gate::Close() {
  MutexLock lock(mutex_);
  closed_ = true;
}

bool Gate::AwaitEmpty(SteadyTime deadline) {
  MutexLock lock(mutex_);
  while (inside_ > 0 && std::chrono::steady_clock::now() < deadline) {
    left_.WaitUntil(mutex_, deadline);
  }
  return inside_ == 0;
}

}  // namespace inkwell
