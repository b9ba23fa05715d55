// The thread that carries accepted changes to the queue.
//
// Callers submit and are answered later; meanwhile what they submitted gathers, and
// goes out with the next push: group commit, whose size adjusts itself to the load.
//
// What if we die …
//   before the push            nobody was answered; the callers' retries are new
//   during or after the push,  the change may be in Redis and will then reach
//     before the answer        Postgres; a retry with the same comment_id is a no-op
// What if Redis dies …
//   before it answers a push   it is unknown what was appended: all of it is pushed
//                              again on the next connection, newly stamped. That may
//                              put a change on the list twice, which is harmless,
//                              because applying a change is idempotent
//
// Each submission is answered exactly once: when it is pushed, when it is refused, or
// after `ack_timeout`, whatever the connection is doing just then.
//
// Locks: one mutex guards what waits and what is on its way. It is never held during
// I/O nor while a caller is answered.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "common/base/backoff.h"
#include "common/base/clock.h"
#include "common/base/mutex.h"
#include "common/queue/change_codec.h"
#include "common/queue/push_queue.h"
#include "common/server/repeated_warning.h"
#include "services/ingest/group_commit.h"

namespace inkwell::ingest {

// Whoever waits for an answer. Called on a thread of the writer's; must not block.
// OK: the change is enqueued. kUnavailable: it may or may not come.
// kResourceExhausted, kDeadlineExceeded: see PushWriter.
class AckSink {
 public:
  virtual ~AckSink() = default;
  virtual void OnAck(std::size_t index, const absl::Status& status) = 0;
};

struct Submission {
  int partition = 0;
  std::string entry;
  // Past it the change isn't pushed any more, and answered kDeadlineExceeded.
  SteadyTime caller_deadline = SteadyTime::max();
  AckSink* sink = nullptr;  // must live until answered
  std::size_t index = 0;    // handed back to the sink
};

struct PushWriterOptions {
  int partitions = 16;
  // No answer comes later than this after Submit.
  std::chrono::milliseconds ack_timeout{2000};
  // What may wait; beyond it submissions are refused.
  std::int64_t max_queue_bytes = 64 << 20;
  // What goes into one group commit, at most.
  std::size_t max_group_entries = 4096;
  std::int64_t max_group_bytes = 1 << 20;
  Backoff::Options reconnect;
};

// Thread-safe.
class PushWriter {
 public:
  // Called when the queue can or can't be reached, on the writer's thread.
  using OnReachable = std::function<void(bool)>;
  // Called when the queue will never take our changes (kFailedPrecondition).
  using OnFatal = std::function<void(const absl::Status&)>;

  PushWriter(const PushWriterOptions& options, std::unique_ptr<queue::PushQueue> queue,
             OnReachable on_reachable, OnFatal on_fatal);
  ~PushWriter();  // stops at once

  void Start();

  // Takes all of the submissions or none. kResourceExhausted (QUEUE_FULL) if there is
  // no room for them, kUnavailable (SHUTTING_DOWN) once stopped; no sink is called then.
  [[nodiscard]] absl::Status Submit(std::vector<Submission> submissions);

  // Where a change that may go anywhere travels cheapest: the partition that the
  // group being gathered is for.
  [[nodiscard]] int PreferredPartition() const {
    return preferred_partition_.load(std::memory_order_relaxed);
  }

  // Takes no more, pushes what waits until `timeout`, answers the rest kUnavailable,
  // and joins. May be called twice.
  void Stop(std::chrono::milliseconds timeout);

 private:
  struct Ack {
    AckSink* sink = nullptr;  // null once answered
    std::size_t index = 0;
    SteadyTime expires;
  };
  struct Waiting {
    PartitionedEntry entry;
    SteadyTime caller_deadline;
    Ack ack;
  };
  struct Answer {
    Ack ack;
    absl::Status status;
  };

  void Write(const std::stop_token& stop);
  [[nodiscard]] bool ConnectWithBackoff(const std::stop_token& stop, Backoff& backoff);
  void SetReachable(bool reachable);
  [[nodiscard]] std::vector<PartitionedEntry> TakeGroup(const std::stop_token& stop);
  void Push(std::vector<PartitionedEntry>& entries);
  void PutBack(std::vector<PartitionedEntry>& entries) INK_EXCLUDES(mutex_);
  void AnswerGroup(const GroupCommit& group,
                   const std::vector<absl::StatusOr<queue::PushReceipt>>& receipts)
      INK_EXCLUDES(mutex_);

  void Expire(const std::stop_token& stop);
  [[nodiscard]] std::vector<Answer> TakeExpired(SteadyTime now) INK_REQUIRES(mutex_);
  void RemoveFront() INK_REQUIRES(mutex_);
  [[nodiscard]] absl::Status TimeoutStatus() const INK_REQUIRES(mutex_);
  static void Send(const std::vector<Answer>& answers);

  const PushWriterOptions options_;
  const std::unique_ptr<queue::PushQueue> queue_;  // the writer thread's
  const OnReachable on_reachable_;
  const OnFatal on_fatal_;
  queue::PushIds push_ids_;        // the writer thread's
  std::optional<bool> reachable_;  // the writer thread's
  RepeatedWarning unreachable_;
  std::atomic<int> preferred_partition_{0};

  Mutex mutex_;
  CondVar changed_;
  // In the order of submission, which is that of `expires` too.
  std::deque<Waiting> waiting_ INK_GUARDED_BY(mutex_);
  std::int64_t waiting_bytes_ INK_GUARDED_BY(mutex_) = 0;
  // The entries themselves are with the writer thread.
  std::vector<Waiting> in_flight_ INK_GUARDED_BY(mutex_);
  absl::Status last_error_ INK_GUARDED_BY(mutex_);
  bool stopping_ INK_GUARDED_BY(mutex_) = false;

  std::jthread expirer_;
  std::jthread writer_;
};

}  // namespace inkwell::ingest
