// The queue as unit tests need it: in memory, with failures to order. Held to the same
// contract as the real one (tests/contract/queue_contract_test.cc).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/mutex.h"
#include "common/queue/drain_queue.h"
#include "common/queue/push_queue.h"

namespace inkwell::testing {

// What lies in the queue, shared by any number of FakePushQueues and FakeDrainQueues.
// Thread-safe.
class FakeBroker {
 public:
  explicit FakeBroker(int partitions)
      : layout_{partitions, partitions, {}}, partitions_(static_cast<std::size_t>(partitions)) {}

  // Away: everything fails with kUnavailable.
  void SetReachable(bool reachable);
  // Configured otherwise: everything fails with kFailedPrecondition.
  void SetMisconfigured();
  // Out of memory: pushes are refused.
  void SetFull(bool full);
  // Loses all it had, as by FLUSHALL: connections stay.
  void Wipe();
  // Loses all it had and its connections, as a server without persistence that restarts.
  void RestartEmpty();
  // Remembers the present state, as a replica that hears nothing from now on.
  void FreezeReplica();
  // That replica takes over: another server, with what it remembered.
  void FailOver();
  // The number of partitions is being changed: every list has another epoch, and nobody can
  // connect to push until there are `partitions`.
  void BeginRepartition(int partitions);
  void FinishRepartition();
  // What the server can do, beside its history.
  void SetServer(const queue::ServerFacts& server);
  // What WAITAOF and WAIT answer.
  void SetDurability(bool fsynced, int replicas);

  // The next push appends, but its answer is lost.
  void LoseNextAnswer();
  // From now on pushes wait, as for a server that hangs, until Release.
  void HoldPushes();
  void ReleasePushes();
  // Waits until a push is being held.
  void AwaitHeldPush();

  [[nodiscard]] std::vector<std::string> Entries(int partition) const;
  [[nodiscard]] std::int64_t push_count() const;
  void Trim(int partition, std::int64_t count);
  void Append(int partition, std::string entry);

 private:
  friend class FakePushQueue;
  friend class FakeDrainQueue;

  struct List {
    std::vector<std::string> entries;
    std::uint64_t epoch = 0;  // given by whoever connects
    std::int64_t head = 0;
    std::int64_t revision = 0;
    std::map<std::string_view, std::int64_t> books;
  };

  [[nodiscard]] absl::Status Check() const INK_REQUIRES(mutex_);
  [[nodiscard]] queue::PartitionState StateOf(const List& list) const;
  [[nodiscard]] List& At(int partition) INK_REQUIRES(mutex_) {
    return partitions_[static_cast<std::size_t>(partition)];
  }

  mutable Mutex mutex_;
  CondVar changed_;
  queue::Layout layout_ INK_GUARDED_BY(mutex_);
  std::vector<List> partitions_ INK_GUARDED_BY(mutex_);  // all lists
  std::vector<List> replica_ INK_GUARDED_BY(mutex_);
  queue::ServerFacts server_ INK_GUARDED_BY(mutex_);
  int life_ INK_GUARDED_BY(mutex_) = 1;  // ends when its connections are lost
  std::uint64_t next_epoch_ INK_GUARDED_BY(mutex_) = 1;
  bool fsynced_ INK_GUARDED_BY(mutex_) = true;
  int replicas_reached_ INK_GUARDED_BY(mutex_) = 0;
  std::optional<queue::Pause> pause_ INK_GUARDED_BY(mutex_);
  bool reachable_ INK_GUARDED_BY(mutex_) = true;
  bool misconfigured_ INK_GUARDED_BY(mutex_) = false;
  bool full_ INK_GUARDED_BY(mutex_) = false;
  bool lose_answer_ INK_GUARDED_BY(mutex_) = false;
  bool holding_ INK_GUARDED_BY(mutex_) = false;
  bool held_ INK_GUARDED_BY(mutex_) = false;
  std::int64_t push_count_ INK_GUARDED_BY(mutex_) = 0;
};

// Both are connections to `broker`, which outlives them.
class FakePushQueue final : public queue::PushQueue {
 public:
  explicit FakePushQueue(FakeBroker& broker) : broker_(broker) {}
  [[nodiscard]] absl::StatusOr<bool> Connect() override;
  [[nodiscard]] bool IsConnected() const override { return life_ != 0; }
  void Disconnect() override { life_ = 0; }
  [[nodiscard]] absl::StatusOr<queue::QueueState> ReadState() override;
  [[nodiscard]] absl::StatusOr<std::vector<absl::StatusOr<queue::PartitionState>>> Push(
      std::span<const queue::PartitionPush> pushes) override;
  [[nodiscard]] absl::StatusOr<std::vector<queue::DrawnRevisions>> DrawRevisions(
      std::span<const queue::RevisionRequest> requests) override;
  [[nodiscard]] absl::StatusOr<bool> AwaitFsync(std::chrono::milliseconds timeout) override;
  [[nodiscard]] absl::StatusOr<std::int64_t> AwaitReplicas(
      int wanted, std::chrono::milliseconds timeout) override;

 private:
  // Fails, and drops the connection, unless the server is the one that we connected to.
  [[nodiscard]] absl::Status Check() INK_REQUIRES(broker_.mutex_);

  FakeBroker& broker_;
  int life_ = 0;  // of the server, when we connected; 0: no connection
  int partitions_ = 0;
};

class FakeDrainQueue final : public queue::DrainQueue {
 public:
  explicit FakeDrainQueue(FakeBroker& broker) : broker_(broker) {}
  [[nodiscard]] absl::StatusOr<queue::PeekedEntries> Peek(int partition,
                                                          const queue::PeekLimits& limits) override;
  [[nodiscard]] absl::StatusOr<bool> CompareAndTrim(
      int partition, std::int64_t count, std::string_view last,
      std::span<const queue::BookEntry> outcomes) override;
  [[nodiscard]] absl::StatusOr<queue::QueueSnapshot> ReadSnapshot() override;
  [[nodiscard]] absl::StatusOr<std::optional<queue::Pause>> ReadPause() override;
  [[nodiscard]] absl::Status SetPause(const std::optional<queue::Pause>& pause) override;

 private:
  FakeBroker& broker_;
};

}  // namespace inkwell::testing
