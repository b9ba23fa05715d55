// The store as unit tests need it: in memory, with failures to order. Held to the same
// contract as the real one (tests/contract/store_contract_test.cc).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/mutex.h"
#include "services/flusher/store/store.h"

namespace inkwell::testing {

// What is committed, shared by any number of FakeStores. Thread-safe.
class FakeDatabase {
 public:
  // A comment's row, owning its text.
  struct Row {
    std::string post_id;
    std::string author_id;
    std::optional<Uuid> reply_to_id;
    std::string body;
    std::string attributes_json;
    WallTime create_time;
    WallTime update_time;
    std::optional<WallTime> delete_time;
    std::int64_t revision = 0;
    std::int64_t body_revision = 0;
    std::int64_t attributes_revision = 0;

    bool operator==(const Row&) const = default;
    // For the messages of tests.
    friend void PrintTo(const Row& row, std::ostream* out);
  };
  using Rows = std::map<Uuid, Row>;
  using DeadRow = flusher::StoredDeadLetter;

  enum class Step { kBegin, kWrite, kCommit };
  enum class Outcome {
    kNothingDone,     // it failed
    kDoneButUnknown,  // of kCommit: it applied, but its answer was lost
  };
  // Makes the next `times` of these steps fail with kUnavailable.
  void FailNext(Step step, int times = 1, Outcome outcome = Outcome::kNothingDone);
  // From now on a write that has this comment in it is refused as the data's fault.
  void Poison(const Uuid& comment_id);
  // Or that has this text for a comment's body.
  void PoisonBody(std::string body);

  [[nodiscard]] Rows rows() const;
  // In the order in which they were put aside.
  [[nodiscard]] std::vector<DeadRow> dead_letters() const;
  [[nodiscard]] int commit_count() const;

 private:
  friend class FakeStore;
  friend class FakeTransaction;

  struct Failure {
    int times_left = 0;
    Outcome outcome = Outcome::kNothingDone;
  };

  // Whether the step has to fail now.
  std::optional<Outcome> TakeFailure(Step step) INK_REQUIRES(mutex_);

  mutable Mutex mutex_;
  Rows rows_ INK_GUARDED_BY(mutex_);
  std::vector<DeadRow> dead_letters_ INK_GUARDED_BY(mutex_);
  std::int64_t last_dead_letter_id_ INK_GUARDED_BY(mutex_) = 0;
  std::set<int> locked_partitions_ INK_GUARDED_BY(mutex_);
  std::set<std::int64_t> locked_dead_letters_ INK_GUARDED_BY(mutex_);
  std::set<Uuid> poison_ INK_GUARDED_BY(mutex_);
  std::set<std::string, std::less<>> poison_bodies_ INK_GUARDED_BY(mutex_);
  std::map<Step, Failure> failures_ INK_GUARDED_BY(mutex_);
  int commit_count_ INK_GUARDED_BY(mutex_) = 0;
};

// A connection to `database`, which must outlive it. Thread-compatible.
class FakeStore final : public flusher::Store {
 public:
  explicit FakeStore(FakeDatabase& database) : database_(database) {}
  [[nodiscard]] absl::StatusOr<std::unique_ptr<flusher::StoreTransaction>> Begin(
      int partition) override;
  [[nodiscard]] absl::StatusOr<std::unique_ptr<flusher::StoreTransaction>> BeginUnlocked() override;
  [[nodiscard]] absl::StatusOr<std::vector<flusher::StoredDeadLetter>> ListDeadLetters(
      std::int64_t after_id, int limit) override;
  [[nodiscard]] absl::StatusOr<std::int64_t> DiscardDeadLetters(
      const std::vector<std::int64_t>& dead_letter_ids) override;

 private:
  FakeDatabase& database_;
};

}  // namespace inkwell::testing
