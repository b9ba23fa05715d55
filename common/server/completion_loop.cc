#include "common/server/completion_loop.h"

#include <grpc/support/time.h>
#include <pthread.h>

#include <utility>

namespace inkwell {

thread_local const CompletionLoop* CompletionLoop::current_ = nullptr;

void CompletionLoop::Start() {
  thread_ = std::thread([this] { Run(); });
}

void CompletionLoop::Stop() {
  if (!thread_.joinable()) return;
  Post(end_);
  thread_.join();
}

void CompletionLoop::Post(CompletionEvent& event) {
  MutexLock lock(mutex_);
  posted_.push_back(&event);
  if (std::exchange(is_woken_, true)) return;
  alarm_.Set(queue_.get(), gpr_inf_past(GPR_CLOCK_MONOTONIC), &wake_up_);
}

void CompletionLoop::WakeUp::Happen(bool /*ok*/) {
  MutexLock lock(loop_.mutex_);
  loop_.is_woken_ = false;
}

void CompletionLoop::Run() {
  current_ = this;
  pthread_setname_np(pthread_self(), "calls");  // for top -H
  void* tag = nullptr;
  bool ok = false;
  bool ended = false;
  while (Next(tag, ok)) {
    static_cast<CompletionEvent*>(tag)->Happen(ok);
    RunPosted();
    // Not before: gRPC takes no operation on a queue that was shut down, and a call that is
    // open still needs some.
    if (ending_ && open_ == 0 && !std::exchange(ended, true)) queue_->Shutdown();
  }
}

// The next event; false when the queue has ended.
bool CompletionLoop::Next(void*& tag, bool& ok) {
  Status status = Poll(tag, ok);
  if (status == Status::TIMEOUT && run_ > 0) {
    // Where processors are scarce, whoever is about to send us more goes first, so that more of
    // it is done together; where they are not, this returns at once. For ingest it means a third
    // fewer pushes and a fifth more calls (tests/bench/run --only unary).
    std::this_thread::yield();
    status = Poll(tag, ok);
  }
  // Also where events never end: what they left must not wait for ever.
  if (status == Status::TIMEOUT || run_ >= kLongestRun) {
    run_ = 0;
    before_wait_();
  }
  if (status == Status::TIMEOUT) {
    status = queue_->AsyncNext(&tag, &ok, gpr_inf_future(GPR_CLOCK_MONOTONIC));
  }
  ++run_;
  return status == Status::GOT_EVENT;
}

CompletionLoop::Status CompletionLoop::Poll(void*& tag, bool& ok) {
  return queue_->AsyncNext(&tag, &ok, gpr_inf_past(GPR_CLOCK_MONOTONIC));
}

void CompletionLoop::RunPosted() {
  {
    MutexLock lock(mutex_);
    running_.swap(posted_);
  }
  for (auto* event : running_) event->Happen(true);
  running_.clear();
}

}  // namespace inkwell
