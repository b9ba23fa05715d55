#include "tests/support/fake_transaction.h"

#include <algorithm>
#include <utility>

#include "services/flusher/store/sqlstate.h"
#include "tests/support/fake_rows.h"

namespace inkwell::testing {

using flusher::CommentEdit;
using flusher::DeadLetter;
using flusher::OutcomeCounts;
using flusher::PostgresError;
using flusher::StoredDeadLetter;
using flusher::WriteSet;

namespace {

absl::Status Unavailable(std::string_view why) { return PostgresError("", why); }

absl::Status AfterFailure() {
  return Unavailable("an earlier statement of this transaction failed");
}

bool IsOfOneOf(const WriteSet& set, const StoredDeadLetter& letter) {
  return letter.reason == flusher::kCommentNotFound &&
         std::any_of(set.creates.begin(), set.creates.end(),
                     [&](const auto& create) { return create.comment_id == letter.comment_id; });
}

}  // namespace

FakeTransaction::~FakeTransaction() {
  MutexLock lock(database_.mutex_);
  Unlock();
}

absl::StatusOr<OutcomeCounts> FakeTransaction::Write(const WriteSet& set) {
  MutexLock lock(database_.mutex_);
  if (failed_) return AfterFailure();
  if (database_.TakeFailure(FakeDatabase::Step::kWrite)) return Fail(Unavailable("away"));
  if (IsRefused(set)) return PostgresError("22000", "the fake database refuses this comment");
  OutcomeCounts outcomes;
  for (const auto& create : set.creates) {
    const CommentEdit* edit = create.edit ? &set.edits_of_creates[*create.edit] : nullptr;
    if (Find(create.comment_id) != nullptr) {
      ++outcomes.duplicate;
      if (edit != nullptr) WriteEdit(set.partition, *edit, outcomes);
    } else {
      ++outcomes.inserted;
      rows_.emplace(create.comment_id, ToRow(create));
      if (edit != nullptr) outcomes.conflated += static_cast<std::int64_t>(edit->entries.size());
    }
  }
  for (const auto& edit : set.edits) WriteEdit(set.partition, edit, outcomes);
  for (const auto& letter : set.dead_letters) PutAside(letter);
  outcomes.dead += static_cast<std::int64_t>(set.dead_letters.size());
  return outcomes;
}

absl::StatusOr<std::vector<std::string>> FakeTransaction::TakeBackDeadLetters(const WriteSet& set) {
  MutexLock lock(database_.mutex_);
  if (failed_) return AfterFailure();
  std::vector<std::string> entries;
  for (const auto& letter : database_.dead_letters_) {
    if (removed_.contains(letter.dead_letter_id) || !IsOfOneOf(set, letter)) continue;
    removed_.insert(letter.dead_letter_id);
    entries.push_back(letter.entry);
  }
  std::erase_if(put_aside_, [&](const auto& letter) {
    if (!IsOfOneOf(set, letter)) return false;
    entries.push_back(letter.entry);
    return true;
  });
  return entries;
}

absl::StatusOr<std::optional<StoredDeadLetter>> FakeTransaction::LockDeadLetter(
    std::int64_t dead_letter_id) {
  MutexLock lock(database_.mutex_);
  if (failed_) return AfterFailure();
  const auto found =
      std::find_if(database_.dead_letters_.begin(), database_.dead_letters_.end(),
                   [&](const auto& letter) { return letter.dead_letter_id == dead_letter_id; });
  if (found == database_.dead_letters_.end() || removed_.contains(dead_letter_id)) {
    return std::nullopt;
  }
  if (!locked_dead_letters_.contains(dead_letter_id)) {
    if (!database_.locked_dead_letters_.insert(dead_letter_id).second) {
      return Fail(Unavailable("another transaction has this dead letter"));
    }
    locked_dead_letters_.insert(dead_letter_id);
  }
  return *found;
}

absl::Status FakeTransaction::RemoveDeadLetter(std::int64_t dead_letter_id) {
  MutexLock lock(database_.mutex_);
  if (failed_) return AfterFailure();
  removed_.insert(dead_letter_id);
  return absl::OkStatus();
}

absl::Status FakeTransaction::Commit() {
  MutexLock lock(database_.mutex_);
  if (failed_) return AfterFailure();
  const auto failure = database_.TakeFailure(FakeDatabase::Step::kCommit);
  if (failure != FakeDatabase::Outcome::kNothingDone) Apply();
  if (failure) return Fail(Unavailable("away"));
  Unlock();
  return absl::OkStatus();
}

absl::Status FakeTransaction::Fail(absl::Status status) {
  failed_ = true;
  return status;
}

FakeDatabase::Row* FakeTransaction::Find(const Uuid& comment_id) {
  if (const auto ours = rows_.find(comment_id); ours != rows_.end()) return &ours->second;
  const auto committed = database_.rows_.find(comment_id);
  if (committed == database_.rows_.end()) return nullptr;
  return &rows_.emplace(comment_id, committed->second).first->second;
}

bool FakeTransaction::IsRefused(const Uuid& comment_id,
                                std::optional<std::string_view> body) const {
  return database_.poison_.contains(comment_id) ||
         (body && database_.poison_bodies_.contains(*body));
}

// As in Postgres, an edit that was folded into a create is looked at only if it has to be
// written by itself.
bool FakeTransaction::IsRefused(const WriteSet& set) {
  for (const auto& create : set.creates) {
    if (IsRefused(create.comment_id, create.body)) return true;
    if (!create.edit || Find(create.comment_id) == nullptr) continue;
    if (IsRefused(create.comment_id, set.edits_of_creates[*create.edit].body)) return true;
  }
  for (const auto& edit : set.edits) {
    if (IsRefused(edit.comment_id, edit.body)) return true;
  }
  return false;
}

void FakeTransaction::WriteEdit(int partition, const CommentEdit& edit, OutcomeCounts& outcomes) {
  const auto entries = static_cast<std::int64_t>(edit.entries.size());
  FakeDatabase::Row* row = Find(edit.comment_id);
  if (row == nullptr) {
    for (const auto entry : edit.entries) {
      PutAside({partition, entry, edit.comment_id, std::string(flusher::kCommentNotFound), "",
                "there is no such comment"});
    }
    outcomes.dead += entries;
  } else if (testing::Apply(edit, *row)) {
    ++(edit.delete_time ? outcomes.deleted : outcomes.updated);
    outcomes.conflated += entries - 1;
  } else {
    outcomes.stale += entries;
  }
}

void FakeTransaction::PutAside(const DeadLetter& letter) {
  const auto is_same = [&letter](const StoredDeadLetter& other) {
    return other.partition == letter.partition && other.entry == letter.entry;
  };
  const bool known =
      std::any_of(put_aside_.begin(), put_aside_.end(), is_same) ||
      std::any_of(database_.dead_letters_.begin(), database_.dead_letters_.end(),
                  [&](const auto& other) {
                    return is_same(other) && !removed_.contains(other.dead_letter_id);
                  });
  if (known) return;
  put_aside_.push_back({.dead_letter_id = ++database_.last_dead_letter_id_,
                        .partition = letter.partition,
                        .entry = std::string(letter.entry),
                        .comment_id = letter.comment_id,
                        .reason = letter.reason,
                        .sqlstate = letter.sqlstate,
                        .detail = letter.detail,
                        .create_time = WallTime()});
}

void FakeTransaction::Apply() {
  for (const auto& [id, row] : rows_) {
    const auto [committed, is_new] = database_.rows_.emplace(id, row);
    if (!is_new) Merge(row, committed->second);
  }
  auto& letters = database_.dead_letters_;
  std::erase_if(letters,
                [&](const auto& letter) { return removed_.contains(letter.dead_letter_id); });
  letters.insert(letters.end(), put_aside_.begin(), put_aside_.end());
  ++database_.commit_count_;
}

// After Commit the partition may be another's.
void FakeTransaction::Unlock() {
  if (locked_partition_) database_.locked_partitions_.erase(*locked_partition_);
  locked_partition_.reset();
  for (const auto id : locked_dead_letters_) database_.locked_dead_letters_.erase(id);
  locked_dead_letters_.clear();
}

}  // namespace inkwell::testing
