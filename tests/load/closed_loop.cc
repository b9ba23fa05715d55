#include <chrono>
#include <utility>
#include <vector>

#include "common/base/mutex.h"
#include "tests/load/loop.h"

namespace inkwell::load {
namespace {

class ClosedLoop {
 public:
  ClosedLoop(const LoopOptions& options, const MakeCall& make_call, Feed& feed)
      : feed_(feed), comments_per_call_(options.comments_per_call), running_(options.outstanding) {
    for (std::int64_t i = 0; i < options.outstanding; ++i) {
      lanes_.push_back(make_call(i, [this](Call& call) { Continue(call); }));
    }
  }

  void Run() {
    for (const auto& lane : lanes_) Continue(*lane);
    const MutexLock lock(mutex_);
    while (running_ > 0) retired_.Wait(mutex_);
  }

 private:
  void Continue(Call& call) {
    auto comments = feed_.Take(comments_per_call_);
    if (!comments.empty()) {
      call.Start(std::move(comments), std::chrono::steady_clock::now());
      return;
    }
    // Notified under the lock: once it is let go, Run may return and all this be gone.
    const MutexLock lock(mutex_);
    --running_;
    retired_.NotifyAll();
  }

  Feed& feed_;
  const std::int64_t comments_per_call_;
  std::vector<std::unique_ptr<Call>> lanes_;
  Mutex mutex_;
  CondVar retired_;
  std::int64_t running_ INK_GUARDED_BY(mutex_);
};

}  // namespace

void RunClosedLoop(const LoopOptions& options, const MakeCall& make_call, Feed& feed) {
  ClosedLoop(options, make_call, feed).Run();
}

}  // namespace inkwell::load
