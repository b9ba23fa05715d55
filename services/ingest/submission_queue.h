// What waits for its push, what is on its way, and what waits until Postgres has it; and
// who is owed an answer to each, once.
//
// One mutex guards it all. It is never held during I/O nor while a caller is answered.
// Thread-safe; Take…, PutBack, Answer… are the writer thread's.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <stop_token>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "common/base/clock.h"
#include "common/base/mutex.h"
#include "services/ingest/group_commit.h"
#include "services/ingest/retained_window.h"
#include "services/ingest/submission.h"

namespace inkwell::ingest {

struct SubmissionLimits {
  // No answer comes later than this after Submit, but for kPersisted.
  std::chrono::milliseconds ack_timeout{2000};
  // Nor, once enqueued, for kPersisted.
  std::chrono::milliseconds persist_timeout{60'000};
  // What may wait; beyond it submissions are refused.
  std::int64_t max_queue_bytes = 64 << 20;
  // What goes into one group commit, at most.
  std::size_t max_group_entries = 4096;
  std::int64_t max_group_bytes = 1 << 20;
};

class SubmissionQueue {
 public:
  explicit SubmissionQueue(const SubmissionLimits& limits) : limits_(limits) {}

  // Takes all of the submissions or none: kResourceExhausted (QUEUE_FULL) if there is no
  // room for them, kUnavailable (SHUTTING_DOWN) once closed; no sink is called then.
  // Wakes who waits in Await, unless told otherwise.
  enum class Wake { kNow, kLater };
  [[nodiscard]] absl::Status Submit(std::vector<Submission> submissions, Wake wake = Wake::kNow);

  // What is there to be taken.
  enum class Work {
    kNone,
    kQuick,    // pushed, all that is there has what it asked for, or waits for Postgres alone
    kPatient,  // some of it asks for more of Redis, which can take a while
  };
  [[nodiscard]] Work work() const;

  // Waits until something is there, `deadline`, `stop` or WakeUp.
  void Await(const std::stop_token& stop, SteadyTime deadline);
  void WakeUp();

  // Takes the next group, which is then in flight until AnswerGroup or PutBack; none if there
  // is nothing. Answers those that came too late.
  [[nodiscard]] std::vector<PartitionedEntry> TakeGroup();
  // Of the group in flight: which durability each entry is to have.
  [[nodiscard]] std::vector<Durability> GroupDurabilities() const;

  // The group did not go through: it waits again, at the front and in order, so that a
  // comment's changes stay in order. What expired meanwhile is dropped: its caller was told
  // that it may or may not come. `why` is told to those that expire from now on.
  void PutBack(std::vector<PartitionedEntry> entries, const absl::Status& why);

  // The group was pushed; each entry by its status, or taken with `revisions`. Answers those
  // that are refused, or have what they asked for: kEnqueued. kPersisted go on waiting.
  // Returns how long ago the oldest of the group was submitted.
  std::chrono::nanoseconds AnswerPushed(const std::vector<absl::Status>& statuses,
                                        const std::vector<std::int64_t>& revisions);
  // The rest of the group: how it went on disk and on replicas. Ends the group.
  void AnswerGroup(const absl::Status& fsynced, const absl::Status& replicated);

  // kPersisted waits that ended.
  void AnswerPersisted(const std::vector<EndedWait>& ended);

  // What waits for its push.
  [[nodiscard]] std::int64_t waiting_bytes() const;

  // Whether the queue can't be reached, and why; for answers to those that expire.
  void SetTrouble(const absl::Status& why);

  // Answers what has expired and returns when to look again.
  [[nodiscard]] SteadyTime Expire();

  // Refuses submissions from now on.
  void Close();
  // Waits until nothing waits for its push or is in flight; false at `deadline`.
  [[nodiscard]] bool AwaitPushed(SteadyTime deadline);
  // Answers all that is still owed with kUnavailable (SHUTTING_DOWN).
  void AnswerRest();

 private:
  struct Waiting {
    PartitionedEntry entry;
    Durability durability;
    SteadyTime caller_deadline;
    Ack ack;
  };
  struct InFlight {
    Durability durability;
    SteadyTime caller_deadline;
    Ack ack;
    std::uint64_t wait = 0;
    std::int64_t revision = 0;
  };
  struct Persisting {
    Ack ack;
    std::int64_t revision = 0;
  };
  using Answers = std::vector<Answer>;

  [[nodiscard]] std::vector<PartitionedEntry> TakeGroup(Answers& answers) INK_REQUIRES(mutex_);
  void TakeExpired(SteadyTime now, Answers& answers) INK_REQUIRES(mutex_);
  [[nodiscard]] SteadyTime NextExpiry(SteadyTime now) const INK_REQUIRES(mutex_);
  void NotifyIfIdle() INK_REQUIRES(mutex_);
  [[nodiscard]] absl::Status Expired() const INK_REQUIRES(mutex_);
  static void Send(const Answers& answers);

  const SubmissionLimits limits_;
  mutable Mutex mutex_;
  CondVar changed_;  // there is work, or somebody said so
  CondVar emptied_;  // nothing waits or is in flight any more
  // In the order of submission, which is that of expiry too.
  std::deque<Waiting> waiting_ INK_GUARDED_BY(mutex_);
  std::int64_t waiting_bytes_ INK_GUARDED_BY(mutex_) = 0;
  std::int64_t waiting_patient_ INK_GUARDED_BY(mutex_) = 0;  // as of Work::kPatient
  bool woken_ INK_GUARDED_BY(mutex_) = false;
  // The entries themselves are with the writer thread.
  std::vector<InFlight> in_flight_ INK_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::uint64_t, Persisting> persisting_ INK_GUARDED_BY(mutex_);
  std::uint64_t last_wait_ INK_GUARDED_BY(mutex_) = 0;
  absl::Status trouble_ INK_GUARDED_BY(mutex_);
  bool closed_ INK_GUARDED_BY(mutex_) = false;
};

}  // namespace inkwell::ingest
