#include "services/flusher/operator/operator_thread.h"

#include <fmt/core.h>

#include <chrono>
#include <utility>

#include "common/base/errors.h"

namespace inkwell::flusher {
namespace {

using std::chrono::milliseconds;

absl::Status ShuttingDown() {
  return RetryableError(absl::StatusCode::kUnavailable, "SHUTTING_DOWN",
                        "this flusher is shutting down; ask another", milliseconds(500));
}

absl::Status TooMany() {
  return RetryableError(
      absl::StatusCode::kResourceExhausted, "TOO_MANY_CALLS",
      fmt::format("{} calls already wait for their turn", OperatorThread::kMaxWaiting),
      milliseconds(1000));
}

}  // namespace

OperatorThread::~OperatorThread() { Stop(); }

void OperatorThread::Start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { Work(stop); });
}

void OperatorThread::Post(Task task) {
  absl::Status refusal;
  {
    MutexLock lock(mutex_);
    if (stopped_) {
      refusal = ShuttingDown();
    } else if (waiting_.size() >= kMaxWaiting) {
      refusal = TooMany();
    } else {
      waiting_.push_back(std::move(task));
      changed_.NotifyOne();
      return;
    }
  }
  task(refusal, {});
}

void OperatorThread::Stop() {
  std::deque<Task> unserved;
  {
    MutexLock lock(mutex_);
    stopped_ = true;
    unserved.swap(waiting_);
  }
  thread_.request_stop();
  for (const auto& task : unserved) task(ShuttingDown(), {});
  if (thread_.joinable()) thread_.join();
}

void OperatorThread::Work(const std::stop_token& stop) {
  while (true) {
    Task task;
    {
      MutexLock lock(mutex_);
      while (waiting_.empty() && !stop.stop_requested()) changed_.Wait(mutex_, stop);
      if (waiting_.empty()) return;
      task = std::move(waiting_.front());
      waiting_.pop_front();
    }
    task(absl::OkStatus(), stop);
  }
}

}  // namespace inkwell::flusher
