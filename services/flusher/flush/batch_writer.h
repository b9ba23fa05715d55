// Steps 3 to 5 of a batch: its entries are decoded, folded and written, those that the database
// refuses are searched for and put aside, and those that waited for a create of this
// batch are written too. All in one transaction.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/flusher/store/outcome_counts.h"
#include "services/flusher/store/store.h"

namespace inkwell::flusher {

// kOff writes each change by itself, in order. The table comes out the same: for tests and
// debugging.
enum class Folding { kOn, kOff };

// Writes one batch. Not thread-safe.
class BatchWriter {
 public:
  using Entries = std::span<const std::string_view>;

  // `transaction` is open and outlives the writer; others commit it.
  BatchWriter(StoreTransaction& transaction, int partition, Folding folding)
      : transaction_(transaction), partition_(partition), folding_(folding) {}

  // Writes the change of every entry, or makes a dead letter of it, and returns what
  // became of them. Call it once. kUnavailable: the database is in trouble, which never
  // makes a dead letter.
  [[nodiscard]] absl::StatusOr<OutcomeCounts> Write(Entries entries);

 private:
  // These add what became of `entries` to `outcomes`.
  absl::Status WriteAll(Entries entries, OutcomeCounts& outcomes);
  absl::Status WriteFolded(Entries entries, OutcomeCounts& outcomes);
  // `entries` were refused as a whole, for the reason that `refusal` tells.
  absl::Status Bisect(Entries entries, const absl::Status& refusal, OutcomeCounts& outcomes);
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
