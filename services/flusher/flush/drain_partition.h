// One batch of one partition, from the queue into the database:
//
//   1 lock     in the batch's transaction; if another flusher has it, skip
//   2 peek     read from the list's head, removing nothing
//   3 decode   list entries become changes, or dead letters
//   4 fold     changes of one comment become one row write
//   5 write    also what waited for a create of this batch; what the database refuses is
//              searched for, by halves, and becomes dead letters
//   6 commit   all of it at once: rows, and dead letters put aside or taken back
//   7 trim     drop what was committed, if the list still begins with it, and enter what
//              became of it in the queue's books, in one step
//
// What if we die …
//   before 6   the transaction is rolled back; the entries are still on the list
//   in 6       either of the two, and both are safe
//   after 6,   the rows are there and the entries too: they are peeked again, and
//     before 7 writing them again changes nothing, because it is idempotent: a create
//              finds its row, an edit nothing older than itself, a dead letter itself.
//              One that was taken back is in the row it was waiting for
//   in 7       a script runs as a whole or not at all
//
// The lock only saves work. Two flushers in one partition (a lock lost with its
// connection, a process stopped for a while) commit the same changes twice, which
// is harmless, and the second's trim finds another entry there and does nothing. It may
// also commit old changes after newer ones: those find a row whose revisions are larger,
// or a tombstone. But it may put an edit aside although its create is being committed
// meanwhile, where neither sees the other: then that stays a dead letter until an operator
// replays it, or the create is written again.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "common/queue/drain_queue.h"
#include "services/flusher/flush/batch_trace.h"
#include "services/flusher/flush/batch_writer.h"
#include "services/flusher/store/outcome_counts.h"
#include "services/flusher/store/store.h"

namespace inkwell::flusher {

struct BatchResult {
  bool locked_elsewhere = false;
  std::int64_t entries = 0;  // peeked and committed; 0: the list was empty
  // Of the entries if we trimmed them. If not, whoever does counts them, so that
  // each change is counted once.
  OutcomeCounts outcomes;
};

// Not thread-safe: one for each worker.
class PartitionDrainer {
 public:
  // All outlive the drainer. `tracer` gets a span of each batch, unless it is null.
  PartitionDrainer(queue::DrainQueue& queue, Store& store, Folding folding = Folding::kOn,
                   Tracer* tracer = nullptr)
      : queue_(queue), store_(store), folding_(folding), tracer_(tracer) {}

  // Drains one batch. kUnavailable: the queue or the database is in trouble; doing
  // it again later is right and safe.
  [[nodiscard]] absl::StatusOr<BatchResult> DrainBatch(int partition,
                                                       const queue::PeekLimits& limits);

 private:
  [[nodiscard]] absl::StatusOr<BatchResult> DrainBatch(int partition,
                                                       const queue::PeekLimits& limits,
                                                       BatchTrace& trace);

  queue::DrainQueue& queue_;
  Store& store_;
  const Folding folding_;
  Tracer* const tracer_;
};

}  // namespace inkwell::flusher
