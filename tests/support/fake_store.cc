#include "tests/support/fake_store.h"

#include <algorithm>
#include <utility>

#include "services/flusher/store/sqlstate.h"
#include "tests/support/fake_transaction.h"

namespace inkwell::testing {
namespace {

absl::Status Unavailable() { return flusher::PostgresError("", "the fake database is away"); }

}  // namespace

void FakeDatabase::FailNext(Step step, int times, Outcome outcome) {
  MutexLock lock(mutex_);
  failures_[step] = {times, outcome};
}

void FakeDatabase::Poison(const Uuid& comment_id) {
  MutexLock lock(mutex_);
  poison_.insert(comment_id);
}

void FakeDatabase::PoisonBody(std::string body) {
  MutexLock lock(mutex_);
  poison_bodies_.insert(std::move(body));
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

absl::StatusOr<std::unique_ptr<flusher::StoreTransaction>> FakeStore::BeginUnlocked() {
  MutexLock lock(database_.mutex_);
  if (database_.TakeFailure(FakeDatabase::Step::kBegin)) return Unavailable();
  return std::make_unique<FakeTransaction>(database_, std::nullopt);
}

absl::StatusOr<std::vector<flusher::StoredDeadLetter>> FakeStore::ListDeadLetters(
    std::int64_t after_id, int limit) {
  MutexLock lock(database_.mutex_);
  if (database_.TakeFailure(FakeDatabase::Step::kBegin)) return Unavailable();
  std::vector<flusher::StoredDeadLetter> letters;
  for (const auto& letter : database_.dead_letters_) {
    if (letter.dead_letter_id > after_id) letters.push_back(letter);
  }
  std::sort(letters.begin(), letters.end(),
            [](const auto& a, const auto& b) { return a.dead_letter_id < b.dead_letter_id; });
  letters.resize(std::min(letters.size(), static_cast<std::size_t>(limit)));
  return letters;
}

absl::StatusOr<std::int64_t> FakeStore::DiscardDeadLetters(
    const std::vector<std::int64_t>& dead_letter_ids) {
  MutexLock lock(database_.mutex_);
  if (database_.TakeFailure(FakeDatabase::Step::kBegin)) return Unavailable();
  return static_cast<std::int64_t>(std::erase_if(database_.dead_letters_, [&](const auto& letter) {
    return std::count(dead_letter_ids.begin(), dead_letter_ids.end(), letter.dead_letter_id) > 0;
  }));
}

}  // namespace inkwell::testing
