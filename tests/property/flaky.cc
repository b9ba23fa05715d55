#include "tests/property/flaky.h"

#include "absl/status/status.h"

namespace inkwell::testing {
namespace {

using flusher::OutcomeCounts;
using flusher::StoredDeadLetter;
using flusher::StoreTransaction;
using flusher::WriteSet;

absl::Status Away() { return absl::UnavailableError("away, as drawn"); }

class FlakyTransaction final : public StoreTransaction {
 public:
  FlakyTransaction(std::unique_ptr<StoreTransaction> inner, Dice dice)
      : inner_(std::move(inner)), dice_(dice) {}

  absl::StatusOr<OutcomeCounts> Write(const WriteSet& set) override {
    if (dice_.Fails()) return Away();
    return inner_->Write(set);
  }
  absl::StatusOr<std::vector<std::string>> TakeBackDeadLetters(const WriteSet& set) override {
    if (dice_.Fails()) return Away();
    return inner_->TakeBackDeadLetters(set);
  }
  absl::StatusOr<std::optional<StoredDeadLetter>> LockDeadLetter(
      std::int64_t dead_letter_id) override {
    if (dice_.Fails()) return Away();
    return inner_->LockDeadLetter(dead_letter_id);
  }
  absl::Status RemoveDeadLetter(std::int64_t dead_letter_id) override {
    if (dice_.Fails()) return Away();
    return inner_->RemoveDeadLetter(dead_letter_id);
  }
  absl::Status Commit() override {
    if (dice_.Fails()) return Away();
    const auto status = inner_->Commit();
    return dice_.Fails() ? Away() : status;
  }

 private:
  const std::unique_ptr<StoreTransaction> inner_;
  Dice dice_;
};

absl::StatusOr<std::unique_ptr<StoreTransaction>> Wrap(
    absl::StatusOr<std::unique_ptr<StoreTransaction>> inner, Dice dice) {
  if (!inner.ok() || *inner == nullptr) return inner;
  return std::make_unique<FlakyTransaction>(*std::move(inner), dice);
}

}  // namespace

absl::StatusOr<std::unique_ptr<StoreTransaction>> FlakyStore::Begin(int partition) {
  if (dice_.Fails()) return Away();
  return Wrap(inner_->Begin(partition), dice_);
}

absl::StatusOr<std::unique_ptr<StoreTransaction>> FlakyStore::BeginUnlocked() {
  if (dice_.Fails()) return Away();
  return Wrap(inner_->BeginUnlocked(), dice_);
}

absl::StatusOr<queue::PeekedEntries> FlakyQueue::Peek(int partition,
                                                      const queue::PeekLimits& limits) {
  if (dice_.Fails()) return Away();
  return inner_->Peek(partition, limits);
}

absl::StatusOr<bool> FlakyQueue::CompareAndTrim(int partition, std::int64_t count,
                                                std::string_view last,
                                                std::span<const queue::BookEntry> outcomes) {
  if (meanwhile_) meanwhile_();
  if (dice_.Fails()) return Away();
  const auto trimmed = inner_->CompareAndTrim(partition, count, last, outcomes);
  if (dice_.Fails()) return Away();
  return trimmed;
}

}  // namespace inkwell::testing
