// Steps 4 and 5 of a batch: its changes are folded and written, those that the database
// refuses are searched for and put aside, and those that waited for a create of this
// batch are written too. All in one transaction.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/flusher/flush/decode.h"
#include "services/flusher/store/outcome_counts.h"
#include "services/flusher/store/store.h"

namespace inkwell::flusher {

// kOff writes each change by itself, in order. The table comes out the same: for tests and
// debugging.
enum class Folding { kOn, kOff };

// Writes one batch. Not thread-safe.
class BatchWriter {
 public:
  // `transaction` is open and outlives the writer; others commit it.
  BatchWriter(StoreTransaction& transaction, int partition, Folding folding)
      : transaction_(transaction), partition_(partition), folding_(folding) {}

  // Writes every change of the batch, or makes a dead letter of it, and returns what
  // became of them. Call it once. kUnavailable: the database is in trouble, which never
  // makes a dead letter.
  [[nodiscard]] absl::StatusOr<OutcomeCounts> Write(DecodedBatch batch);

 private:
  // These add what became of `changes` to `outcomes`.
  absl::Status WriteAll(std::vector<DecodedChange> changes, OutcomeCounts& outcomes);
  absl::Status WriteFolded(std::vector<DecodedChange> changes, OutcomeCounts& outcomes);
  // `changes` were refused as a whole, for the reason that `refusal` tells.
  absl::Status Bisect(const std::vector<DecodedChange>& changes, const absl::Status& refusal,
                      OutcomeCounts& outcomes);
  // Writes what waited for the creates of `written`.
  absl::Status TakeBack(const WriteSet& written);

  StoreTransaction& transaction_;
  const int partition_;
  const Folding folding_;
  std::vector<DeadLetter> dead_letters_;
  // What dead letters view that are not of the batch itself.
  std::vector<std::vector<std::string>> taken_back_;
};

}  // namespace inkwell::flusher
