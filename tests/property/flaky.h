// Faults between the flush and what it works with, drawn from a generator: wrappers round
// a store and a queue that work.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "common/queue/drain_queue.h"
#include "services/flusher/store/store.h"

namespace inkwell::testing {

// Whether something fails now. Not thread-safe.
class Dice {
 public:
  // One in `sides` fails; none if that is 0.
  Dice(std::mt19937_64& random, unsigned sides) : random_(random), sides_(sides) {}
  [[nodiscard]] bool Fails() { return sides_ != 0 && random_() % sides_ == 0; }

 private:
  std::mt19937_64& random_;
  const unsigned sides_;
};

// Fails with kUnavailable before a step, or after a commit, as if its answer was lost.
class FlakyStore final : public flusher::Store {
 public:
  FlakyStore(std::unique_ptr<flusher::Store> inner, Dice dice)
      : inner_(std::move(inner)), dice_(dice) {}

  [[nodiscard]] absl::StatusOr<std::unique_ptr<flusher::StoreTransaction>> Begin(
      int partition) override;
  [[nodiscard]] absl::StatusOr<std::unique_ptr<flusher::StoreTransaction>> BeginUnlocked() override;
  [[nodiscard]] absl::StatusOr<std::vector<flusher::StoredDeadLetter>> ListDeadLetters(
      std::int64_t after_id, int limit) override {
    return inner_->ListDeadLetters(after_id, limit);
  }
  [[nodiscard]] absl::StatusOr<std::int64_t> DiscardDeadLetters(
      const std::vector<std::int64_t>& dead_letter_ids) override {
    return inner_->DiscardDeadLetters(dead_letter_ids);
  }

 private:
  const std::unique_ptr<flusher::Store> inner_;
  Dice dice_;
};

// Fails with kUnavailable before a step, or after a trim. Before each trim it calls
// `meanwhile`: the partition is no longer locked then, so another flusher may be at it.
class FlakyQueue final : public queue::DrainQueue {
 public:
  FlakyQueue(std::unique_ptr<queue::DrainQueue> inner, Dice dice)
      : inner_(std::move(inner)), dice_(dice) {}
  void set_meanwhile(std::function<void()> meanwhile) { meanwhile_ = std::move(meanwhile); }

  [[nodiscard]] absl::StatusOr<queue::PeekedEntries> Peek(int partition,
                                                          const queue::PeekLimits& limits) override;
  [[nodiscard]] absl::StatusOr<bool> CompareAndTrim(
      int partition, std::int64_t count, std::string_view last,
      std::span<const queue::BookEntry> outcomes) override;
  [[nodiscard]] absl::StatusOr<queue::QueueSnapshot> ReadSnapshot() override {
    return inner_->ReadSnapshot();
  }
  [[nodiscard]] absl::StatusOr<std::optional<queue::Pause>> ReadPause() override {
    return inner_->ReadPause();
  }
  [[nodiscard]] absl::Status SetPause(const std::optional<queue::Pause>& pause) override {
    return inner_->SetPause(pause);
  }

 private:
  const std::unique_ptr<queue::DrainQueue> inner_;
  Dice dice_;
  std::function<void()> meanwhile_;
};

}  // namespace inkwell::testing
