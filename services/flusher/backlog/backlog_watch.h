// Looks at the queue every now and then and on request: for GetStatus and the metrics, to
// have a flush start early when a partition gets long, and to notice a wrong --partitions
// though no flush may be due for hours.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/clock.h"
#include "common/base/mutex.h"
#include "common/queue/drain_queue.h"
#include "common/server/reachability.h"
#include "services/flusher/backlog/backlog.h"
#include "services/flusher/backlog/backlog_metrics.h"

namespace inkwell::flusher {

// Thread-safe.
class BacklogWatch {
 public:
  // What is there, or why it can't be told. Called on the watch's thread; must not block.
  using OnRead = std::function<void(const absl::StatusOr<Backlog>&)>;
  // Whether the queue could be read: called after each look.
  using OnLook = std::function<void(bool reachable)>;
  // Called when a partition holds more than `alarm_length` changes.
  using OnLong = std::function<void()>;
  // Called, once, if the queue turns out to be configured otherwise; the watch ends.
  using OnFatal = std::function<void(const absl::Status&)>;

  struct Options {
    std::chrono::milliseconds interval{500};
    std::int64_t alarm_length = 100'000;
  };

  // `clock` and `metrics` outlive the watch. The queue is the watch's own. The callbacks come
  // on its thread, and must not block.
  BacklogWatch(const Options& options, std::unique_ptr<queue::DrainQueue> queue, const Clock& clock,
               BacklogMetrics& metrics, OnLook on_look, OnLong on_long, OnFatal on_fatal);
  ~BacklogWatch();  // stops

  void Start();
  // Reads afresh. kUnavailable if the queue is, or once stopped.
  void Read(OnRead on_read);
  // Joins. May be called twice.
  void Stop();

 private:
  void Watch(const std::stop_token& stop);
  [[nodiscard]] std::vector<OnRead> AwaitReaders(const std::stop_token& stop);
  [[nodiscard]] absl::StatusOr<Backlog> ReadNow();
  void LogLayout(const queue::Layout& layout);
  void RaiseAlarm(const Backlog& backlog) const;

  const Options options_;
  const std::unique_ptr<queue::DrainQueue> queue_;  // the watch thread's
  const Clock& clock_;
  BacklogMetrics& metrics_;
  const OnLook on_look_;
  const OnLong on_long_;
  const OnFatal on_fatal_;
  Reachability redis_{"Redis"};          // the watch thread's
  std::optional<queue::Layout> layout_;  // as last seen, by the watch thread

  Mutex mutex_;
  CondVar changed_;
  std::vector<OnRead> readers_ INK_GUARDED_BY(mutex_);
  bool stopped_ INK_GUARDED_BY(mutex_) = false;

  std::jthread thread_;
};

}  // namespace inkwell::flusher
