#include "services/flusher/flush/drain_partition.h"

#include <fmt/core.h>

#include "common/base/failpoint.h"
#include "common/base/mutant.h"
#include "common/server/repeated_warning.h"
#include "services/flusher/backlog/backlog.h"

namespace inkwell::flusher {
namespace {

// Once a second at most for all partitions.
void LogUntrimmed(int partition, std::int64_t entries) {
  static RepeatedWarning warnings;
  warnings.Report(
      fmt::format("partition {}: {} entries were committed, but trimmed by another flusher or "
                  "replaced on the list; nothing is lost",
                  partition, entries));
}

}  // namespace

absl::StatusOr<BatchResult> PartitionDrainer::DrainBatch(int partition,
                                                         const queue::PeekLimits& limits) {
  BatchTrace trace(tracer_, partition);
  auto result = DrainBatch(partition, limits, trace);
  trace.End(result.status(), result.ok() ? result->outcomes : OutcomeCounts());
  return result;
}

absl::StatusOr<BatchResult> PartitionDrainer::DrainBatch(int partition,
                                                         const queue::PeekLimits& limits,
                                                         BatchTrace& trace) {
  BatchResult result;
  const auto transaction = store_.Begin(partition);
  if (!transaction.ok()) return transaction.status();
  if (*transaction == nullptr) {
    result.locked_elsewhere = true;
    return result;
  }

  const auto peeked = queue_.Peek(partition, limits);
  if (!peeked.ok()) return peeked.status();
  if (peeked->entries.empty()) return result;
  result.entries = static_cast<std::int64_t>(peeked->entries.size());
  if (INKWELL_MUTANT("pop-destructively")) {
    const queue::BookEntry popped{"inserted", result.entries};
    static_cast<void>(
        queue_.CompareAndTrim(partition, result.entries, peeked->entries.back(), {&popped, 1}));
  }

  trace.LinkTo(peeked->entries);
  const auto outcomes = BatchWriter(**transaction, partition, folding_).Write(peeked->entries);
  if (!outcomes.ok()) return outcomes.status();
  INKWELL_FAILPOINT("flusher-before-commit");
  if (auto status = (*transaction)->Commit(); !status.ok()) return status;

  INKWELL_FAILPOINT("flusher-before-trim");
  const auto trimmed = queue_.CompareAndTrim(partition, result.entries, peeked->entries.back(),
                                             ToBookEntries(*outcomes));
  INKWELL_FAILPOINT("flusher-after-trim");
  if (!trimmed.ok()) return trimmed.status();
  if (*trimmed) {
    result.outcomes = *outcomes;
  } else {
    LogUntrimmed(partition, result.entries);
  }
  return result;
}

}  // namespace inkwell::flusher
