#include "services/flusher/flush/flush_run.h"

#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <thread>
#include <utility>

#include "common/base/sleep.h"

namespace inkwell::flusher {
namespace {

// How soon to look again at a partition that another flusher is working on.
constexpr std::chrono::milliseconds kLockedPause(20);

}  // namespace

FlushRun::FlushRun(std::vector<Worker> workers, const queue::PeekLimits& batch_limits,
                   const Backoff::Options& backoff, const Clock& clock, FlushMetrics& metrics,
                   Folding folding, Tracer* tracer)
    : workers_(std::move(workers)),
      batch_limits_(batch_limits),
      backoff_(backoff),
      clock_(clock),
      metrics_(metrics),
      folding_(folding),
      tracer_(tracer) {}

absl::StatusOr<FlushSummary> FlushRun::Run(LockedPartitions locked, const std::stop_token& stop) {
  {
    MutexLock lock(mutex_);
    summary_ = FlushSummary{};
    summary_.start_time = clock_.Now();
  }
  const auto started = std::chrono::steady_clock::now();
  if (auto status = FindShares(stop); !status.ok()) return status;
  {
    std::vector<std::jthread> threads;
    for (auto& worker : workers_) {
      threads.emplace_back([&] { Work(worker, locked, stop); });
    }
  }
  MutexLock lock(mutex_);
  summary_.duration = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - started);
  if (!shares_.empty()) return absl::CancelledError("stopped before everything was drained");
  return summary_;
}

absl::Status FlushRun::FindShares(const std::stop_token& stop) {
  Backoff backoff(backoff_);
  while (true) {
    const auto snapshot = workers_.front().queue->ReadSnapshot();
    if (snapshot.ok()) {
      MutexLock lock(mutex_);
      shares_.clear();
      summary_.pause = snapshot->pause;
      if (snapshot->pause) return absl::OkStatus();
      for (std::size_t p = 0; p < snapshot->partitions.size(); ++p) {
        const std::int64_t pending = snapshot->partitions[p].pending;
        if (pending > 0) shares_.push_back({static_cast<int>(p), pending});
      }
      return absl::OkStatus();
    }
    if (absl::IsFailedPrecondition(snapshot.status())) return snapshot.status();
    trouble_.Report(std::string(snapshot.status().message()));
    if (!SleepFor(stop, backoff.Next())) return absl::CancelledError("stopped");
  }
}

void FlushRun::Work(Worker& worker, LockedPartitions locked, const std::stop_token& stop) {
  Backoff backoff(backoff_);
  while (!stop.stop_requested()) {
    auto share = TakeShare();
    if (!share) return;
    const auto drained = DrainUnlessPaused(worker, *share);
    if (!drained.ok()) {
      metrics_.BatchFailed(drained.status());
      trouble_.Report(fmt::format("partition {}: {}", share->partition,
                                  std::string(drained.status().message())));
      PutBack(*share);
      SleepFor(stop, backoff.Next());
      continue;
    }
    backoff.Reset();
    if (!drained->has_value()) return;
    const BatchResult& result = **drained;
    if (result.locked_elsewhere) {
      if (locked == LockedPartitions::kSkip) continue;
      PutBack(*share);
      SleepFor(stop, kLockedPause);
      continue;
    }
    Count(result);
    share->remaining -= result.entries;
    if (result.entries > 0 && share->remaining > 0) PutBack(*share);
  }
}

absl::StatusOr<std::optional<BatchResult>> FlushRun::DrainUnlessPaused(Worker& worker,
                                                                       const Share& share) {
  const auto pause = worker.queue->ReadPause();
  if (!pause.ok()) return pause.status();
  if (*pause) {
    Hold(**pause);
    return std::nullopt;
  }
  queue::PeekLimits limits = batch_limits_;
  limits.rows = std::min(limits.rows, share.remaining);
  auto result = PartitionDrainer(*worker.queue, *worker.store, folding_, tracer_)
                    .DrainBatch(share.partition, limits);
  if (!result.ok()) return result.status();
  return *std::move(result);
}

// Leaves the others nothing to take. A share that one of them puts back later it will
// take itself, and ask again.
void FlushRun::Hold(const queue::Pause& pause) {
  MutexLock lock(mutex_);
  summary_.pause = pause;
  shares_.clear();
}

std::optional<FlushRun::Share> FlushRun::TakeShare() {
  MutexLock lock(mutex_);
  if (shares_.empty()) return std::nullopt;
  const Share share = shares_.front();
  shares_.pop_front();
  return share;
}

// At the end, so that a long partition doesn't keep the others waiting.
void FlushRun::PutBack(const Share& share) {
  MutexLock lock(mutex_);
  shares_.push_back(share);
}

void FlushRun::Count(const BatchResult& result) {
  if (result.entries == 0) return;
  metrics_.BatchDone(result.outcomes);
  MutexLock lock(mutex_);
  summary_.outcomes += result.outcomes;
  ++summary_.batches;
}

}  // namespace inkwell::flusher
