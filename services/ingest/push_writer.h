// The thread that carries accepted changes to the queue.
//
// Callers submit and are answered later; meanwhile what they submitted gathers, and
// goes out with the next push: group commit, whose size adjusts itself to the load.
//
// What if we die …
//   before the push            nobody was answered; the callers' retries are new
//   during or after the push,  the change may be in Redis and will then reach
//     before the answer        Postgres; a retry with the same comment_id is a no-op
//   after the answer           the change is in Redis
// What if Redis dies …
//   before it answers a push   it is unknown what was appended: all of it is pushed
//                              again on the next connection, newly stamped. That may
//                              put a change on the list twice, which is harmless,
//                              because applying a change is idempotent
//   after the answer           retaining_queue.h
//
// Each submission is answered exactly once: when it has the durability it asked for, when
// it is refused, or after its timeout, whatever the connection is doing just then: a second
// thread sees to that.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "common/base/backoff.h"
#include "common/base/clock.h"
#include "common/queue/push_queue.h"
#include "common/server/reachability.h"
#include "common/server/repeated_warning.h"
#include "services/ingest/ingest_metrics.h"
#include "services/ingest/retaining_queue.h"
#include "services/ingest/submission.h"
#include "services/ingest/submission_queue.h"

namespace inkwell::ingest {

struct PushWriterOptions {
  int partitions = 16;  // until Redis says otherwise
  SubmissionLimits limits;
  std::int64_t retain_bytes = 256 << 20;
  // Entries in a partition's list; from it on, changes for that partition are refused.
  std::int64_t max_backlog = 1'000'000;
  // What kReplicated means.
  int min_replicas = 1;
  // How long WAIT and WAITAOF may hold up the connection.
  std::chrono::milliseconds durability_timeout{1000};
  // How often to look where the partitions stand.
  std::chrono::milliseconds look_interval{100};
  Backoff::Options reconnect;
};

// Where changes go now.
struct Destination {
  std::int32_t partitions = 1;  // that there are
  // Of these, where a change that may go anywhere travels cheapest: the one that the group
  // being gathered is for.
  std::int32_t preferred = 0;
};

// Thread-safe.
class PushWriter {
 public:
  // Called when the queue can or can't be reached, on the writer's thread.
  using OnReachable = std::function<void(bool)>;
  // Called when the queue will never take our changes (kFailedPrecondition).
  using OnFatal = std::function<void(const absl::Status&)>;

  // `metrics` outlives the writer.
  PushWriter(const PushWriterOptions& options, std::unique_ptr<queue::PushQueue> queue,
             IngestMetrics& metrics, OnReachable on_reachable, OnFatal on_fatal);
  ~PushWriter();  // stops at once

  void Start();

  // Takes all of the submissions or none; no sink is called then. As
  // SubmissionQueue::Submit, and kResourceExhausted (BACKLOG_FULL) if the list of one of
  // their partitions is too long.
  [[nodiscard]] absl::Status Submit(std::vector<Submission> submissions);

  // Submit in two steps, for a thread that takes many calls: what it gathers waits until
  // PushGathered, which it has to call before it waits itself. That pushes on the spot, and
  // answers, which saves two changes of threads a group. What can't be quick is left to the
  // writer's own thread: when there is no connection, or somebody waits for more than the push.
  // A Redis that hangs holds the caller up for the connection's timeout, once: then there is no
  // connection.
  [[nodiscard]] absl::Status Gather(std::vector<Submission> submissions);
  void PushGathered() INK_EXCLUDES(turn_);

  // OK if the partition's list has room for more; else kResourceExhausted (BACKLOG_FULL).
  [[nodiscard]] absl::Status CheckBacklog(int partition) const;

  // OK if a change can be given that durability now; kFailedPrecondition, with what it would
  // take, if not; kUnavailable while it is not known, before Redis was reached at all.
  [[nodiscard]] absl::Status CheckDurability(Durability durability) const;

  // It may change at any time: what was submitted for other partitions than there are when it
  // is pushed is sent to where it belongs then.
  [[nodiscard]] Destination destination() const {
    return destination_.load(std::memory_order_relaxed);
  }

  // Takes no more, pushes what waits, and waits until all of the window is in Postgres, each
  // until `timeout` at most. Then answers the rest kUnavailable, and joins. May be called
  // twice.
  void Stop(std::chrono::milliseconds timeout);

 private:
  [[nodiscard]] absl::Status CheckBacklogs(const std::vector<Submission>& submissions) const;
  void Write(const std::stop_token& stop) INK_EXCLUDES(turn_);
  [[nodiscard]] bool OpenWithBackoff(const std::stop_token& stop, Backoff& backoff)
      INK_REQUIRES(turn_);
  void Tell(const absl::Status& reached) INK_REQUIRES(turn_);
  void PushGroup() INK_REQUIRES(turn_);
  void Push(std::vector<PartitionedEntry> entries) INK_REQUIRES(turn_);
  void AwaitDurability(const std::vector<Durability>& wanted) INK_REQUIRES(turn_);
  [[nodiscard]] absl::Status AwaitFsync() INK_REQUIRES(turn_);
  [[nodiscard]] absl::Status AwaitReplicas() INK_REQUIRES(turn_);
  void LookIfDue() INK_REQUIRES(turn_);
  void Publish() INK_REQUIRES(turn_);
  void TellMetrics() INK_REQUIRES(turn_);
  void AdvancePreferredPartition() INK_REQUIRES(turn_);
  [[nodiscard]] bool IsFull(int partition) const;

  const PushWriterOptions options_;
  IngestMetrics& metrics_;
  const OnReachable on_reachable_;
  const OnFatal on_fatal_;
  RepeatedWarning unreachable_;
  RepeatedWarning overflow_;
  RepeatedWarning evicts_;
  SubmissionQueue submissions_;

  // Whose turn it is to use the queue: the writer's own thread, or one that pushes what it
  // gathered.
  Mutex turn_;
  RetainingQueue queue_ INK_GUARDED_BY(turn_);
  Reachability redis_ INK_GUARDED_BY(turn_){"Redis"};
  SteadyTime next_look_ INK_GUARDED_BY(turn_){};
  // What metrics and log have been told of the queue's running totals.
  struct {
    std::int64_t dropped = 0;
    std::int64_t pushed_again = 0;
    std::int64_t histories_lost = 0;
  } told_ INK_GUARDED_BY(turn_);
  int published_partitions_ INK_GUARDED_BY(turn_) = 0;

  // What whoever has the turn tells the others.
  std::atomic<Destination> destination_;
  static_assert(std::atomic<Destination>::is_always_lock_free);
  std::vector<std::atomic<std::int64_t>> lengths_;  // of as many lists as there may ever be
  std::atomic<bool> has_met_redis_{false};          // the next two are known
  std::atomic<bool> can_fsync_{false};
  std::atomic<int> replicas_{0};
  std::atomic<std::int64_t> retained_{0};

  std::jthread expirer_;
  std::jthread writer_;
};

}  // namespace inkwell::ingest
