// "Stop new requests, and tell when existing ones are done" (the term is
// Seastar's).
#pragma once

#include <cstdint>

#include "common/base/clock.h"
#include "common/base/mutex.h"

namespace inkwell {

// Thread-safe.
class Gate {
 public:
  // Whether the caller may go in; if so, it must Leave() when done.
  [[nodiscard]] bool Enter();
  void Leave();
  // From now on nobody gets in. May be called twice.
  void Close();
  // Waits until all who are in have left; false if some still are at `deadline`.
  [[nodiscard]] bool AwaitEmpty(SteadyTime deadline);

 private:
  Mutex mutex_;
  CondVar left_;
  bool closed_ INK_GUARDED_BY(mutex_) = false;
  std::int64_t inside_ INK_GUARDED_BY(mutex_) = 0;
};

}  // namespace inkwell
