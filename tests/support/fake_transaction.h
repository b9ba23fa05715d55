// One transaction of FakeStore.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/fake_store.h"

namespace inkwell::testing {

// Keeps what it writes to itself until it commits. Where the real one would wait for
// another transaction, this one is refused (a dead letter) or merges later (a row).
class FakeTransaction final : public flusher::StoreTransaction {
 public:
  // Holds the lock of `partition`, if there is one.
  FakeTransaction(FakeDatabase& database, std::optional<int> partition)
      : database_(database), locked_partition_(partition) {}
  ~FakeTransaction() override;
  FakeTransaction(const FakeTransaction&) = delete;
  FakeTransaction& operator=(const FakeTransaction&) = delete;

  [[nodiscard]] absl::StatusOr<flusher::OutcomeCounts> Write(const flusher::WriteSet& set) override;
  [[nodiscard]] absl::StatusOr<std::vector<std::string>> TakeBackDeadLetters(
      const flusher::WriteSet& set) override;
  [[nodiscard]] absl::StatusOr<std::optional<flusher::StoredDeadLetter>> LockDeadLetter(
      std::int64_t dead_letter_id) override;
  [[nodiscard]] absl::Status RemoveDeadLetter(std::int64_t dead_letter_id) override;
  [[nodiscard]] absl::Status Commit() override;

 private:
  absl::Status Fail(absl::Status status);
  // The row as this transaction sees it, its own copy; nullptr if there is none.
  FakeDatabase::Row* Find(const Uuid& comment_id) INK_REQUIRES(database_.mutex_);
  bool IsRefused(const Uuid& comment_id, std::optional<std::string_view> body) const
      INK_REQUIRES(database_.mutex_);
  bool IsRefused(const flusher::WriteSet& set) INK_REQUIRES(database_.mutex_);
  void WriteEdit(int partition, const flusher::CommentEdit& edit, flusher::OutcomeCounts& outcomes)
      INK_REQUIRES(database_.mutex_);
  void PutAside(const flusher::DeadLetter& letter) INK_REQUIRES(database_.mutex_);
  void Apply() INK_REQUIRES(database_.mutex_);
  void Unlock() INK_REQUIRES(database_.mutex_);

  FakeDatabase& database_;
  std::optional<int> locked_partition_;
  std::set<std::int64_t> locked_dead_letters_;
  bool failed_ = false;
  FakeDatabase::Rows rows_;
  std::vector<FakeDatabase::DeadRow> put_aside_;
  std::set<std::int64_t> removed_;
};

}  // namespace inkwell::testing
