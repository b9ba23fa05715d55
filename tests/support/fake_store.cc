#include "tests/support/fake_store.h"

#include <algorithm>
#include <utility>

namespace inkwell::testing {

using flusher::DeadLetter;
using flusher::NewComment;
using flusher::WriteCounts;
using flusher::WriteSet;

namespace {

absl::Status Unavailable() { return absl::UnavailableError("the fake database is away"); }

FakeDatabase::Row ToRow(const NewComment& comment) {
  return {std::string(comment.post_id), std::string(comment.author_id), comment.reply_to_id,
          std::string(comment.body),    comment.attributes_json,        comment.create_time};
}

FakeDatabase::DeadRow ToRow(const DeadLetter& letter) {
  return {letter.partition, std::string(letter.entry), letter.reason, letter.sqlstate,
          letter.detail,    letter.comment_id};
}

}  // namespace

// Keeps what it writes to itself until it commits.
class FakeTransaction final : public flusher::StoreTransaction {
 public:
  FakeTransaction(FakeDatabase& database, int partition)
      : database_(database), partition_(partition) {}

  ~FakeTransaction() override {
    MutexLock lock(database_.mutex_);
    Unlock();
  }
  FakeTransaction(const FakeTransaction&) = delete;
  FakeTransaction& operator=(const FakeTransaction&) = delete;

  absl::StatusOr<WriteCounts> Write(const WriteSet& set) override {
    MutexLock lock(database_.mutex_);
    if (failed_) return Failed();
    if (database_.TakeFailure(FakeDatabase::Step::kWrite)) return Fail(Unavailable());
    WriteCounts counts;
    for (const auto& comment : set.creates) {
      if (database_.poison_.contains(comment.comment_id)) {
        return Fail(absl::InvalidArgumentError("the fake database refuses this comment"));
      }
      const bool is_new = !database_.rows_.contains(comment.comment_id) &&
                          rows_.try_emplace(comment.comment_id, ToRow(comment)).second;
      ++(is_new ? counts.inserted : counts.duplicate);
    }
    for (const auto& letter : set.dead_letters) dead_letters_.push_back(ToRow(letter));
    counts.dead = static_cast<std::int64_t>(set.dead_letters.size());
    return counts;
  }

  absl::Status Commit() override {
    MutexLock lock(database_.mutex_);
    if (failed_) return Failed();
    const auto failure = database_.TakeFailure(FakeDatabase::Step::kCommit);
    if (failure != FakeDatabase::Outcome::kNothingDone) Apply();
    if (failure) return Fail(Unavailable());
    Unlock();
    return absl::OkStatus();
  }

 private:
  absl::Status Fail(absl::Status status) {
    failed_ = true;
    return status;
  }
  static absl::Status Failed() {
    return absl::UnavailableError("an earlier statement of this transaction failed");
  }

  void Apply() INK_REQUIRES(database_.mutex_) {
    database_.rows_.merge(rows_);
    for (auto& letter : dead_letters_) {
      const auto is_same = [&letter](const FakeDatabase::DeadRow& other) {
        return other.partition == letter.partition && other.entry == letter.entry;
      };
      auto& known = database_.dead_letters_;
      if (std::none_of(known.begin(), known.end(), is_same)) known.push_back(std::move(letter));
    }
    ++database_.commit_count_;
  }

  // After Commit the partition may be another's.
  void Unlock() INK_REQUIRES(database_.mutex_) {
    if (std::exchange(holds_lock_, false)) database_.locked_partitions_.erase(partition_);
  }

  FakeDatabase& database_;
  const int partition_;
  bool holds_lock_ = true;
  bool failed_ = false;
  FakeDatabase::Rows rows_;
  std::vector<FakeDatabase::DeadRow> dead_letters_;
};

void FakeDatabase::FailNext(Step step, int times, Outcome outcome) {
  MutexLock lock(mutex_);
  failures_[step] = {times, outcome};
}

void FakeDatabase::Poison(const Uuid& comment_id) {
  MutexLock lock(mutex_);
  poison_.insert(comment_id);
}

FakeDatabase::Rows FakeDatabase::rows() const {
  MutexLock lock(mutex_);
  return rows_;
}

std::vector<FakeDatabase::DeadRow> FakeDatabase::dead_letters() const {
  MutexLock lock(mutex_);
  return dead_letters_;
}

int FakeDatabase::commit_count() const {
  MutexLock lock(mutex_);
  return commit_count_;
}

std::optional<FakeDatabase::Outcome> FakeDatabase::TakeFailure(Step step) {
  auto& failure = failures_[step];
  if (failure.times_left == 0) return std::nullopt;
  --failure.times_left;
  return failure.outcome;
}

absl::StatusOr<std::unique_ptr<flusher::StoreTransaction>> FakeStore::Begin(int partition) {
  MutexLock lock(database_.mutex_);
  if (database_.TakeFailure(FakeDatabase::Step::kBegin)) return Unavailable();
  if (!database_.locked_partitions_.insert(partition).second) return nullptr;
  return std::make_unique<FakeTransaction>(database_, partition);
}

}  // namespace inkwell::testing
