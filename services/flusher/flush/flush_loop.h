// When to flush: by the schedule, at the start, and on request. Runs never overlap,
// and a run that was missed is not made up twice.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/clock.h"
#include "common/base/mutex.h"
#include "services/flusher/flush/flush_run.h"
#include "services/flusher/schedule/schedule.h"

namespace inkwell::flusher {

// What the loop did and will do; for GetStatus.
struct FlushStatus {
  OutcomeCounts totals;
  std::optional<FlushSummary> last_flush;  // the newest that came to its end
  std::optional<WallTime> next_run_time;   // unset while a run is under way
  bool flushing = false;
};

// Thread-safe.
class FlushLoop {
 public:
  // Called on the loop's thread; must not block.
  using OnFlushed = std::function<void(const absl::StatusOr<FlushSummary>&)>;
  // Called if the queue turns out to be configured otherwise.
  using OnFatal = std::function<void(const absl::Status&)>;

  // `clock` and `metrics` outlive the loop.
  FlushLoop(Schedule schedule, std::unique_ptr<FlushRun> run, const Clock& clock,
            FlushMetrics& metrics, OnFatal on_fatal);
  ~FlushLoop();  // stops at once

  // From now on it runs by the schedule; `flush_at_start` starts a run at once.
  void Start(bool flush_at_start);

  // Starts a run that drains all that is pending now: after the one under way, if
  // there is one. `on_flushed` (may be empty) gets its result; kFailedPrecondition
  // (FLUSHING_PAUSED) if flushing is or gets paused, kUnavailable if the loop is stopped.
  void RequestFlush(OnFlushed on_flushed);

  [[nodiscard]] FlushStatus status() const;

  // Flushes what `timeout` allows: at its end each worker finishes its batch, and the
  // rest stays in the queue. Then joins. May be called twice.
  void Stop(std::chrono::milliseconds timeout);

 private:
  void Loop(const std::stop_token& stop);
  [[nodiscard]] bool AwaitNextRun(const std::stop_token& stop);
  void RunOnce(const std::stop_token& stop);
  void Record(const absl::StatusOr<FlushSummary>& result) INK_EXCLUDES(mutex_);
  void LogPause(const std::optional<queue::Pause>& pause);

  const Schedule schedule_;
  const std::unique_ptr<FlushRun> run_;
  const Clock& clock_;
  FlushMetrics& metrics_;
  const OnFatal on_fatal_;
  std::optional<queue::Pause> known_pause_;  // the loop thread's

  mutable Mutex mutex_;
  CondVar changed_;
  WallTime last_start_ INK_GUARDED_BY(mutex_);
  FlushStatus status_ INK_GUARDED_BY(mutex_);
  bool requested_ INK_GUARDED_BY(mutex_) = false;
  std::vector<OnFlushed> waiting_ INK_GUARDED_BY(mutex_);
  bool stopping_ INK_GUARDED_BY(mutex_) = false;

  std::jthread thread_;
};

}  // namespace inkwell::flusher
