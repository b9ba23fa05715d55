// One flush: a pass over all partitions, several at a time, until each is empty or
// its share, what was pending when the flush began, is done.
//
// While flushing is paused nothing is flushed, on any replica: each worker asks before each
// batch. So once PauseFlushing has answered, at most the batches then under way are written.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "absl/status/status.h"
#include "common/base/backoff.h"
#include "common/base/clock.h"
#include "common/base/mutex.h"
#include "common/queue/drain_queue.h"
#include "common/server/repeated_warning.h"
#include "services/flusher/flush/drain_partition.h"
#include "services/flusher/flush/flush_metrics.h"

namespace inkwell::flusher {

// A worker's own connections.
struct Worker {
  std::unique_ptr<queue::DrainQueue> queue;
  std::unique_ptr<Store> store;
};

struct FlushSummary {
  WallTime start_time;
  std::chrono::microseconds duration{0};
  OutcomeCounts outcomes;
  std::int64_t batches = 0;
  std::optional<queue::Pause> pause;  // set: this ended the flush, before or after some batches
  friend bool operator==(const FlushSummary&, const FlushSummary&) = default;
};

// Whether a run waits for partitions that another flusher has, or leaves them to it.
enum class LockedPartitions { kSkip, kAwait };

// Thread-compatible: one run at a time.
class FlushRun {
 public:
  // At least one worker; `clock`, `metrics` and `tracer` (may be null) outlive the run.
  FlushRun(std::vector<Worker> workers, const queue::PeekLimits& batch_limits,
           const Backoff::Options& backoff, const Clock& clock, FlushMetrics& metrics,
           Folding folding = Folding::kOn, Tracer* tracer = nullptr);

  // Returns when every share is done, or flushing turns out to be paused. Trouble of queue and
  // database is logged, once a second at most, and tried again until it is over or `stop` is
  // requested: then each worker finishes its batch, and the status is kCancelled.
  // kFailedPrecondition: the queue is configured otherwise; nothing was done.
  [[nodiscard]] absl::StatusOr<FlushSummary> Run(LockedPartitions locked,
                                                 const std::stop_token& stop);

 private:
  struct Share {
    int partition = 0;
    std::int64_t remaining = 0;
  };

  [[nodiscard]] absl::Status FindShares(const std::stop_token& stop);
  void Work(Worker& worker, LockedPartitions locked, const std::stop_token& stop);
  // nullopt: flushing is paused, and the run is over.
  [[nodiscard]] absl::StatusOr<std::optional<BatchResult>> DrainUnlessPaused(Worker& worker,
                                                                             const Share& share)
      INK_EXCLUDES(mutex_);
  void Hold(const queue::Pause& pause) INK_EXCLUDES(mutex_);
  // nullopt: nothing is left to do.
  [[nodiscard]] std::optional<Share> TakeShare() INK_EXCLUDES(mutex_);
  void PutBack(const Share& share) INK_EXCLUDES(mutex_);
  void Count(const BatchResult& result) INK_EXCLUDES(mutex_);

  std::vector<Worker> workers_;
  const queue::PeekLimits batch_limits_;
  const Backoff::Options backoff_;
  const Clock& clock_;
  FlushMetrics& metrics_;
  const Folding folding_;
  Tracer* const tracer_;
  RepeatedWarning trouble_;

  Mutex mutex_;
  std::deque<Share> shares_ INK_GUARDED_BY(mutex_);
  FlushSummary summary_ INK_GUARDED_BY(mutex_);
};

}  // namespace inkwell::flusher
