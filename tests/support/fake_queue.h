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
  explicit FakeBroker(int partitions) : partitions_(static_cast<std::size_t>(partitions)) {}

  // Away: everything fails with kUnavailable.
  void SetReachable(bool reachable);
  // Configured otherwise: everything fails with kFailedPrecondition.
  void SetMisconfigured();
  // Out of memory: pushes are refused.
  void SetFull(bool full);
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
    std::int64_t head = 0;
    std::map<std::string_view, std::int64_t> books;
  };

  [[nodiscard]] absl::Status Check() const INK_REQUIRES(mutex_);
  [[nodiscard]] List& At(int partition) INK_REQUIRES(mutex_) {
    return partitions_[static_cast<std::size_t>(partition)];
  }

  mutable Mutex mutex_;
  CondVar changed_;
  std::vector<List> partitions_ INK_GUARDED_BY(mutex_);
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
  [[nodiscard]] absl::Status Connect() override;
  [[nodiscard]] absl::StatusOr<std::vector<absl::StatusOr<queue::PushReceipt>>> Push(
      std::span<const queue::PartitionPush> pushes) override;

 private:
  FakeBroker& broker_;
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
