// The seam between the flusher and its database: something that takes a batch's
// rows in one transaction. Implemented by PostgresStore, and by a fake for unit
// tests; one contract suite (tests/contract/store_contract_test.cc) holds both to what
// is said here.
#pragma once

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

namespace inkwell::flusher {

// A comment as it becomes a row. Views point into the batch that was read and
// must outlive the write.
struct NewComment {
  Uuid comment_id;
  std::string_view post_id;
  std::string_view author_id;
  std::optional<Uuid> reply_to_id;
  std::string_view body;
  std::string attributes_json;  // a JSON object, "{}" for none
  WallTime create_time;
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

// What one transaction writes: a folded batch, in which no comment id appears
// twice.
struct WriteSet {
  std::vector<NewComment> creates;
  std::vector<DeadLetter> dead_letters;
};

// What became of a write set, once committed.
struct WriteCounts {
  std::int64_t inserted = 0;   // creates that became a row
  std::int64_t duplicate = 0;  // creates whose id was there already; the first wins
  std::int64_t dead = 0;       // dead letters put aside
};

// One transaction, holding the partition's lock. Destroyed before Commit()
// succeeded, it is rolled back and the lock released.
//
// Errors: kUnavailable is the database's trouble (away, restarting, deadlock, out
// of space …): trying the whole batch again later is right. kInvalidArgument is
// the data's fault: trying the same rows again never helps. After any error the
// transaction is only good for destruction.
class StoreTransaction {
 public:
  virtual ~StoreTransaction() = default;
  // Idempotent over transactions: writing a set again changes nothing but counts.
  [[nodiscard]] virtual absl::StatusOr<WriteCounts> Write(const WriteSet& set) = 0;
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
};

}  // namespace inkwell::flusher
