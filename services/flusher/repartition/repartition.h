// Changes the number of partitions of a namespace whose services go on running:
// "inkwell-flusher repartition --to N".
//
//   1 flush    what is pending, so that the pause is short
//   2 mark     the change in the config. Lists that are new are drained from now on, by every
//              flusher, since it reads the config at each flush. An ingest that connects, or
//              looks where the lists stand, waits, and answers UNAVAILABLE (REPARTITIONING) to
//              those that can't wait so long
//   3 epochs   each list gets a new one. To an ingest that goes on this is lost history, as it
//              hears from its next push or draw: it connects anew, and waits too. What it has
//              pushed it retains, unless it is known to be in Postgres
//   4 drain    all lists, until they are empty; flushers that run help
//   5 finish   the new count replaces the mark. Ingests connect, push again what they retain,
//              spread anew, and only then what is new
//
// Why is nothing lost? A change leaves its ingest as always: when the head of the list that
// it stands in has passed it, in the epoch that it was pushed in. It leaves its list as always,
// too: committed. Where a change lies twice, in an old list and in a new one, it is applied
// twice, which changes nothing.
//
// Why is nothing out of order? Of two lists with changes of one comment, the old one is empty
// before anything is pushed to the new one. But an ingest that is stopped for a while (SIGSTOP,
// a slow network) may push to a list after step 5 by the old count. That list is drained still,
// for ever (`lists` in the config), by whoever flushes; the ingest learns of the new epoch from
// the very answer, and pushes again what it pushed. So an entry may lie in a list that is not
// its comment's, next to newer ones elsewhere, and that is harmless:
//   a create   the first to come wins, wherever it is
//   an update  loses to what is newer by its revision. Revisions of the new lists begin above
//              all that were drawn from old ones, and what is drawn from a list after step 3
//              is not used by an ingest that knows the list by an older epoch
//   a delete   is final whenever it comes
//   an edit    before its create is put aside, and taken back by the create; also by one that
//              is pushed again and finds its row, should the two have missed one another
//
// What if we die …
//   before 2   nothing has changed
//   after 2    all ingests wait before long, and until the command is given again: it finds its
//              mark and goes on from there; or, with the old count, it takes the mark away, and
//              they go on as before: none has pushed to a new list yet
//   after 5    it is done; giving the command again says so
// What if Redis loses its data meanwhile, or fails over to a stale replica?
//   mark       5 finds it missing, and all is done again from 2. Who had connected in between is
//              told by another epoch
//   epochs     5 is done only once no list has an epoch any more that it had before 3
//   the count, what was stored last holds, mark or count, and ingests follow it: they connect
//     after 5  anew because the server's history is another one
// What if a flusher stands still, with a partition's lock? 4 waits until Postgres ends its
// transaction, a minute at most (TransactionLimits::idle).
// Two of these commands at once: to the same count they do no harm, and the second finds the
// work done; to another count the second is refused at 2.
#pragma once

#include <chrono>
#include <stop_token>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/backoff.h"
#include "common/queue/drain_queue.h"
#include "common/queue/layout_change.h"
#include "common/server/repeated_warning.h"
#include "services/flusher/flush/flush_run.h"

namespace inkwell::flusher {

// Not thread-safe.
class Repartition {
 public:
  // All outlive it; `eyes` is one more connection to the queue. The flush run's retries end
  // with `stop` alone, so make sure before that the database takes writes.
  Repartition(queue::LayoutChange& change, queue::DrainQueue& eyes, FlushRun& flush,
              const Backoff::Options& backoff)
      : change_(change), eyes_(eyes), flush_(flush), backoff_(backoff) {}

  // Does it all, and says in the log how far it is. Once the change is marked, trouble of Redis,
  // of the database, and paused flushing are waited out, since ingests wait too.
  // kUnavailable: Redis is away, and nothing was changed. kFailedPrecondition: it is refused, and
  // nothing was changed; says what would be right. kCancelled: `stop` was requested; says what
  // to do if ingests wait.
  [[nodiscard]] absl::Status To(int partitions, const std::stop_token& stop);

 private:
  [[nodiscard]] absl::Status FlushFirst(const std::stop_token& stop);
  // Steps 2 to 5. False: they have to be done again.
  [[nodiscard]] absl::StatusOr<bool> Change(int partitions, const std::stop_token& stop);
  [[nodiscard]] absl::StatusOr<queue::QueueSnapshot> Drain(const std::stop_token& stop);

  queue::LayoutChange& change_;
  queue::DrainQueue& eyes_;
  FlushRun& flush_;
  const Backoff::Options backoff_;
  RepeatedWarning trouble_;
  SteadyTime marked_at_{};  // 0: not yet
};

}  // namespace inkwell::flusher
