// The seam between the flusher and its database: something that takes a batch's
// rows in one transaction. Implemented by PostgresStore, and by a fake for unit
// tests; one contract suite (tests/contract/store_contract_test.cc) holds both to what
// is said here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/clock.h"
#include "common/base/uuid.h"
#include "services/flusher/store/outcome_counts.h"

namespace inkwell::flusher {

// The reason of a dead letter whose comment isn't there (yet).
inline constexpr std::string_view kCommentNotFound = "COMMENT_NOT_FOUND";

// What updates and deletes of one comment come to. Views point into the batch that was
// read and must outlive the write.
//
// Body and attributes are each decided by the larger revision, so that in whatever order
// edits come, the same row results, and an edit of the one never undoes an edit of the
// other. A delete is final whenever it comes, and the earliest one counts; it leaves
// nothing of the updates, their revisions included. So a row is a function of the set of
// its changes (its create apart, of which the first to come wins).
struct CommentEdit {
  Uuid comment_id;
  std::optional<std::string_view> body;
  std::int64_t body_revision = 0;
  std::optional<std::string> attributes_json;
  std::int64_t attributes_revision = 0;
  std::int64_t revision = 0;  // of the newest update
  WallTime update_time;       // of that update
  // Set: the comment becomes a tombstone for good, and all of the above is meaningless.
  std::optional<WallTime> delete_time;
  // The list entries that it stands for, in order: updates and deletes, at least one. If
  // there is no such comment, each becomes a dead letter COMMENT_NOT_FOUND.
  std::vector<std::string_view> entries;
};

// A comment as it becomes a row, later edits of the same batch included. Views as above.
struct NewComment {
  Uuid comment_id;
  std::string_view post_id;
  std::string_view author_id;
  std::optional<Uuid> reply_to_id;
  std::string_view body;
  std::string attributes_json;  // a JSON object, "{}" for none
  WallTime create_time;
  WallTime update_time;
  std::optional<WallTime> delete_time;
  std::int64_t revision = 0;
  std::int64_t body_revision = 0;
  std::int64_t attributes_revision = 0;
  // The edits included, in WriteSet::edits_of_creates: what is left to do if the id is
  // there already.
  std::optional<std::size_t> edit;
};

// A list entry that can't be applied, put aside with its reason.
struct DeadLetter {
  int partition = 0;
  std::string_view entry;  // the list entry's bytes as they were
  std::optional<Uuid> comment_id;
  std::string reason;    // UPPER_SNAKE_CASE
  std::string sqlstate;  // empty if it was not the database that refused it
  std::string detail;
};

// What one transaction writes: a folded batch. No comment id is twice in `creates`, nor in
// `edits`, nor in both.
struct WriteSet {
  int partition = 0;
  std::vector<NewComment> creates;
  std::vector<CommentEdit> edits_of_creates;
  std::vector<CommentEdit> edits;  // of comments that this batch does not create
  std::vector<DeadLetter> dead_letters;
};

// A dead letter as it lies in the database.
struct StoredDeadLetter {
  std::int64_t dead_letter_id = 0;
  int partition = 0;
  std::string entry;
  std::optional<Uuid> comment_id;
  std::string reason;
  std::string sqlstate;
  std::string detail;
  WallTime create_time;
};

// One transaction. Destroyed before Commit() succeeded, it is rolled back and its locks
// released.
//
// Errors: kUnavailable is the database's trouble (away, restarting, deadlock, out
// of space …): trying the whole batch again later is right, and the transaction is only
// good for destruction. kInvalidArgument, which only Write returns, is the data's fault
// (ReasonOf and SqlstateOf tell more): trying the same rows again never helps, but the
// transaction is as it was before that Write, and goes on.
class StoreTransaction {
 public:
  virtual ~StoreTransaction() = default;

  // Writes the set, and tells what became of the changes that it stands for (and not of
  // those that folding had already done away with). Once a comment is
  //   created, all its edits in the set are conflated into the insert;
  //   there already, its create is a duplicate, and its edits are one updated or (if the
  //     delete took effect) deleted, the others of them conflated; or all stale, if the
  //     row has newer revisions, or is a tombstone already;
  //   not there, its edits are dead, each as a dead letter COMMENT_NOT_FOUND.
  // Idempotent over transactions: writing a set again changes nothing but outcomes.
  // All of it is written or, after an error, nothing.
  [[nodiscard]] virtual absl::StatusOr<OutcomeCounts> Write(const WriteSet& set) = 0;

  // Takes the dead letters COMMENT_NOT_FOUND of the comments that `set` creates out of the
  // database, and returns their entries, oldest first: their create has come, so they can
  // be written now. Costs next to nothing if there are none.
  [[nodiscard]] virtual absl::StatusOr<std::vector<std::string>> TakeBackDeadLetters(
      const WriteSet& set) = 0;

  // Reads a dead letter and keeps others from touching it until the transaction ends;
  // nullopt if there is none of that id.
  [[nodiscard]] virtual absl::StatusOr<std::optional<StoredDeadLetter>> LockDeadLetter(
      std::int64_t dead_letter_id) = 0;
  [[nodiscard]] virtual absl::Status RemoveDeadLetter(std::int64_t dead_letter_id) = 0;

  // After an error it is unknown whether the rows are there; write them again.
  [[nodiscard]] virtual absl::Status Commit() = 0;
};

// A connection's worth of store. Thread-compatible: one for each worker.
class Store {
 public:
  virtual ~Store() = default;
  // Begins a transaction and takes the partition's lock for it; nullptr if another
  // flusher holds the lock. (Re)connects if need be. One transaction at a time; the
  // Store outlives it. kUnavailable as above.
  [[nodiscard]] virtual absl::StatusOr<std::unique_ptr<StoreTransaction>> Begin(int partition) = 0;

  // As Begin, without a partition's lock: for dead letters, whose writes are safe beside a
  // flush, since revisions decide.
  [[nodiscard]] virtual absl::StatusOr<std::unique_ptr<StoreTransaction>> BeginUnlocked() = 0;

  // At most `limit` dead letters with ids larger than `after_id`, in their order.
  [[nodiscard]] virtual absl::StatusOr<std::vector<StoredDeadLetter>> ListDeadLetters(
      std::int64_t after_id, int limit) = 0;
  // Throws dead letters away and returns how many of them there were.
  [[nodiscard]] virtual absl::StatusOr<std::int64_t> DiscardDeadLetters(
      const std::vector<std::int64_t>& dead_letter_ids) = 0;
};

}  // namespace inkwell::flusher
