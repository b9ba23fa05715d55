// A thread for what operators ask: gRPC's threads must not wait for Redis or Postgres.
// Tasks run one after the other, so they may share a connection.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <stop_token>
#include <thread>

#include "absl/status/status.h"
#include "common/base/mutex.h"

namespace inkwell::flusher {

// Thread-safe.
class OperatorThread {
 public:
  // Called exactly once. With OK it is the task's turn, on this thread; it should end soon
  // once `stop` is requested. Otherwise it never will be, and the status says why.
  using Task = std::function<void(const absl::Status& turn, const std::stop_token& stop)>;

  // Operators are few; whoever asks this often is a script gone wild.
  static constexpr std::size_t kMaxWaiting = 64;

  OperatorThread() = default;
  ~OperatorThread();  // stops

  void Start();
  // A task that finds no room gets kResourceExhausted (TOO_MANY_CALLS), one that comes after
  // Stop kUnavailable (SHUTTING_DOWN): both at once, on the caller's thread.
  void Post(Task task);
  // Ends after the task under way; those that wait get kUnavailable. Joins. May be called
  // twice.
  void Stop();

 private:
  void Work(const std::stop_token& stop);

  Mutex mutex_;
  CondVar changed_;
  std::deque<Task> waiting_ INK_GUARDED_BY(mutex_);
  bool stopped_ INK_GUARDED_BY(mutex_) = false;

  std::jthread thread_;
};

}  // namespace inkwell::flusher
