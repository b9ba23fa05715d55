#include "services/flusher/flush/flush_loop.h"

#include <fmt/chrono.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <ctime>
#include <string>
#include <utility>

#include "common/base/errors.h"

namespace inkwell::flusher {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// The wall clock may be set while we wait: look at it again this often.
constexpr std::chrono::seconds kLongestWait(1);

absl::Status ShuttingDown() {
  return RetryableError(absl::StatusCode::kUnavailable, "SHUTTING_DOWN",
                        "this flusher is shutting down; ask another, or this one again later",
                        milliseconds(500));
}

std::string ToText(const queue::Pause& pause) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(pause.since).time_since_epoch();
  return fmt::format("paused since {:%Y-%m-%dT%H:%M:%S}Z, because of \"{}\"",
                     fmt::gmtime(std::time_t{seconds.count()}), pause.reason);
}

absl::Status Paused(const queue::Pause& pause) {
  return Error(absl::StatusCode::kFailedPrecondition, "FLUSHING_PAUSED",
               fmt::format("flushing is {}; ResumeFlushing ends that", ToText(pause)));
}

// What the callers of RequestFlush are told.
absl::StatusOr<FlushSummary> ToAnswer(const absl::StatusOr<FlushSummary>& result) {
  if (absl::IsCancelled(result.status())) return ShuttingDown();
  if (result.ok() && result->pause) return Paused(*result->pause);
  return result;
}

}  // namespace

FlushLoop::FlushLoop(Schedule schedule, std::unique_ptr<FlushRun> run, const Clock& clock,
                     FlushMetrics& metrics, OnFatal on_fatal)
    : schedule_(std::move(schedule)),
      run_(std::move(run)),
      clock_(clock),
      metrics_(metrics),
      on_fatal_(std::move(on_fatal)) {}

FlushLoop::~FlushLoop() { Stop(milliseconds(0)); }

void FlushLoop::Start(bool flush_at_start) {
  {
    MutexLock lock(mutex_);
    if (flush_at_start) requested_ = true;
    last_start_ = clock_.Now();
  }
  thread_ = std::jthread([this](const std::stop_token& stop) { Loop(stop); });
}

void FlushLoop::RequestFlush(OnFlushed on_flushed) {
  {
    MutexLock lock(mutex_);
    if (!stopping_) {
      requested_ = true;
      if (on_flushed) waiting_.push_back(std::move(on_flushed));
      changed_.NotifyAll();
      return;
    }
  }
  if (on_flushed) on_flushed(ShuttingDown());
}

FlushStatus FlushLoop::status() const {
  MutexLock lock(mutex_);
  return status_;
}

void FlushLoop::Stop(milliseconds timeout) {
  const SteadyTime deadline = steady_clock::now() + timeout;
  std::vector<OnFlushed> unanswered;
  {
    MutexLock lock(mutex_);
    // One last run, so that little stays behind; the loop ends after it.
    if (!stopping_ && thread_.joinable() && timeout.count() > 0) requested_ = true;
    stopping_ = true;
    changed_.NotifyAll();
    while (thread_.joinable() && (requested_ || status_.flushing) &&
           steady_clock::now() < deadline) {
      changed_.WaitUntil(mutex_, deadline);
    }
  }
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  {
    MutexLock lock(mutex_);
    unanswered.swap(waiting_);
  }
  for (const auto& on_flushed : unanswered) {
    on_flushed(ShuttingDown());
  }
}

void FlushLoop::Loop(const std::stop_token& stop) {
  while (AwaitNextRun(stop)) RunOnce(stop);
}

bool FlushLoop::AwaitNextRun(const std::stop_token& stop) {
  MutexLock lock(mutex_);
  while (!stop.stop_requested() && !requested_) {
    if (stopping_) return false;
    const WallTime now = clock_.Now();
    const WallTime next = schedule_.Next(last_start_, now);
    if (next <= now) break;
    status_.next_run_time = next;
    const std::chrono::microseconds left = next - now;
    changed_.WaitUntil(
        mutex_, stop,
        steady_clock::now() + std::min<std::chrono::microseconds>(left, kLongestWait));
  }
  return !stop.stop_requested();
}

void FlushLoop::RunOnce(const std::stop_token& stop) {
  std::vector<OnFlushed> waiting;
  {
    MutexLock lock(mutex_);
    // Whoever asks from now on wants a run that begins later than this one.
    waiting.swap(waiting_);
    requested_ = false;
    last_start_ = clock_.Now();
    status_.flushing = true;
    status_.next_run_time.reset();
  }
  const auto locked = waiting.empty() ? LockedPartitions::kSkip : LockedPartitions::kAwait;
  const auto result = run_->Run(locked, stop);
  if (absl::IsFailedPrecondition(result.status())) on_fatal_(result.status());
  Record(result);
  const auto answer = ToAnswer(result);
  for (const auto& on_flushed : waiting) on_flushed(answer);
}

void FlushLoop::Record(const absl::StatusOr<FlushSummary>& result) {
  if (result.ok()) {
    LogPause(result->pause);
    if (!result->pause) metrics_.FlushDone(result->duration, clock_.Now());
    if (result->outcomes.Total() > 0) {
      spdlog::debug("flushed {} changes in {} batches, {} µs", result->outcomes.Total(),
                    result->batches, result->duration.count());
    }
  }
  MutexLock lock(mutex_);
  status_.flushing = false;
  if (result.ok()) {
    status_.totals += result->outcomes;
    if (!result->pause) status_.last_flush = *result;
  }
  changed_.NotifyAll();
}

// Once, and not at every run that is held.
void FlushLoop::LogPause(const std::optional<queue::Pause>& pause) {
  if (pause == known_pause_) return;
  if (pause) {
    spdlog::info("flushing is {}", ToText(*pause));
  } else {
    spdlog::info("flushing goes on");
  }
  known_pause_ = pause;
}

}  // namespace inkwell::flusher
