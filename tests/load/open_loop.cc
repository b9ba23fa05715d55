#include <chrono>
#include <utility>
#include <vector>

#include "common/base/mutex.h"
#include "common/base/sleep.h"
#include "tests/load/loop.h"

namespace inkwell::load {
namespace {

class OpenLoop {
 public:
  OpenLoop(const LoopOptions& options, const MakeCall& make_call, Feed& feed, Tally& tally)
      : options_(options), feed_(feed), tally_(tally) {
    for (std::int64_t i = 0; i < options.outstanding; ++i) {
      lanes_.push_back(make_call(i, [this](Call& call) { Return(call); }));
      idle_.push_back(lanes_.back().get());
    }
  }

  void Run(std::chrono::duration<double> interval, const std::stop_token& stop) {
    const auto start = std::chrono::steady_clock::now();
    for (std::int64_t calls = 0;; ++calls) {
      // From the start each time, so that rounding does not add up.
      const auto due = start + std::chrono::duration_cast<std::chrono::nanoseconds>(
                                   interval * static_cast<double>(calls));
      SleepFor(stop, due - std::chrono::steady_clock::now());
      Call& call = AwaitIdle();
      auto comments = feed_.Take(options_.comments_per_call);
      if (comments.empty()) {
        Return(call);
        break;
      }
      tally_.Behind(std::chrono::steady_clock::now() - due);
      call.Start(std::move(comments), due);
    }
    AwaitAllIdle();
  }

 private:
  Call& AwaitIdle() {
    const MutexLock lock(mutex_);
    while (idle_.empty()) returned_.Wait(mutex_);
    Call* const call = idle_.back();
    idle_.pop_back();
    return *call;
  }

  void AwaitAllIdle() {
    const MutexLock lock(mutex_);
    while (idle_.size() < lanes_.size()) returned_.Wait(mutex_);
  }

  void Return(Call& call) {
    // Notified under the lock: once it is let go, Run may return and all this be gone.
    const MutexLock lock(mutex_);
    idle_.push_back(&call);
    returned_.NotifyAll();
  }

  const LoopOptions options_;
  Feed& feed_;
  Tally& tally_;
  std::vector<std::unique_ptr<Call>> lanes_;
  Mutex mutex_;
  CondVar returned_;
  std::vector<Call*> idle_ INK_GUARDED_BY(mutex_);
};

}  // namespace

void RunOpenLoop(const LoopOptions& options, double comments_per_second, const MakeCall& make_call,
                 Feed& feed, Tally& tally, const std::stop_token& stop) {
  const auto comments_per_call = static_cast<double>(options.comments_per_call);
  OpenLoop(options, make_call, feed, tally)
      .Run(std::chrono::duration<double>(comments_per_call / comments_per_second), stop);
}

}  // namespace inkwell::load
