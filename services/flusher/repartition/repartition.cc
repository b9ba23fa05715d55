#include "services/flusher/repartition/repartition.h"

#include <fmt/core.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "common/base/errors.h"
#include "common/base/failpoint.h"
#include "common/base/sleep.h"

namespace inkwell::flusher {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

absl::Status Paused(const queue::Pause& pause) {
  return absl::UnavailableError(fmt::format(
      "flushing is paused, because of \"{}\", so lists can't be drained; ResumeFlushing ends that",
      pause.reason));
}

std::int64_t PendingOf(const queue::QueueSnapshot& snapshot) {
  std::int64_t pending = 0;
  for (const auto& partition : snapshot.partitions) pending += partition.pending;
  return pending;
}

// Whether no list has the epoch any more that it had before.
bool AreRenewed(const queue::QueueSnapshot& snapshot, const std::vector<std::uint64_t>& before) {
  for (std::size_t i = 0; i < std::min(before.size(), snapshot.partitions.size()); ++i) {
    if (snapshot.partitions[i].epoch == before[i]) return false;
  }
  return true;
}

}  // namespace

absl::Status Repartition::To(int partitions, const std::stop_token& stop) {
  const auto layout = change_.Read();
  if (!layout.ok()) return layout.status();
  if (!layout->repartition_to && layout->partitions != partitions) {
    spdlog::info("from {} to {} partitions", layout->partitions, partitions);
    if (auto status = FlushFirst(stop); !status.ok()) return status;
  }
  Backoff backoff(backoff_);
  while (!stop.stop_requested()) {
    const auto done = Change(partitions, stop);
    if (done.ok() && *done) return absl::OkStatus();
    const bool begun = marked_at_ != SteadyTime{};
    if (!done.ok()) {
      if (!begun || ReasonOf(done.status()) == queue::kOtherRepartitioning) return done.status();
      trouble_.Report(std::string(done.status().message()));
    }
    SleepFor(stop, backoff.Next());
  }
  return absl::CancelledError(fmt::format(
      "stopped; if the change was begun, ingests wait: give the command again to go on, "
      "or with --to {} to take it back",
      layout->partitions));
}

absl::Status Repartition::FlushFirst(const std::stop_token& stop) {
  const auto snapshot = eyes_.ReadSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  if (snapshot->pause) {
    return absl::FailedPreconditionError(std::string(Paused(*snapshot->pause).message()));
  }
  spdlog::info("1 of 4: flushing {} pending changes while ingests go on", PendingOf(*snapshot));
  return flush_.Run(LockedPartitions::kAwait, stop).status();
}

absl::StatusOr<bool> Repartition::Change(int partitions, const std::stop_token& stop) {
  const auto marked = change_.Mark(partitions);
  if (!marked.ok()) return marked.status();
  if (*marked == queue::Marked::kNothingToDo) {
    spdlog::info("there are {} partitions; nothing is left to be done", partitions);
    return true;
  }
  if (*marked == queue::Marked::kTakenBack) {
    spdlog::info("taken back: ingests go on with {} partitions, as before", partitions);
    return true;
  }
  if (marked_at_ == SteadyTime{}) marked_at_ = steady_clock::now();
  INKWELL_FAILPOINT("repartition-after-mark");
  const auto layout = change_.Read();
  if (!layout.ok()) return layout.status();
  spdlog::info("2 of 4: ingests wait from now on");
  const auto epochs = change_.RenewEpochs(*layout);
  if (!epochs.ok()) return epochs.status();
  INKWELL_FAILPOINT("repartition-after-epochs");
  spdlog::info("3 of 4: draining {} lists", layout->lists);
  const auto drained = Drain(stop);
  if (!drained.ok()) return drained.status();
  INKWELL_FAILPOINT("repartition-after-drain");
  if (!AreRenewed(*drained, *epochs)) return false;
  const auto finished = change_.Finish(partitions);
  if (!finished.ok() || !*finished) return finished;
  spdlog::info("4 of 4: done; there were {} partitions and are {}, and ingests waited for {} ms",
               layout->partitions, partitions,
               duration_cast<milliseconds>(steady_clock::now() - marked_at_).count());
  return true;
}

// Ends, since nobody pushes any more but who has not yet heard of the new epochs.
absl::StatusOr<queue::QueueSnapshot> Repartition::Drain(const std::stop_token& stop) {
  while (true) {
    const auto flushed = flush_.Run(LockedPartitions::kAwait, stop);
    if (!flushed.ok()) return flushed.status();
    if (flushed->pause) return Paused(*flushed->pause);
    auto snapshot = eyes_.ReadSnapshot();
    if (!snapshot.ok() || PendingOf(*snapshot) == 0) return snapshot;
  }
}

}  // namespace inkwell::flusher
