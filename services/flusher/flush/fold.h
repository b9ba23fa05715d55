// Step 4 of a batch: its changes of one comment become at most one row write.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "services/flusher/store/outcome_counts.h"
#include "services/flusher/store/store.h"

namespace inkwell::flusher {

// Views into the entries that it was folded from.
struct FoldedBatch {
  WriteSet writes;                       // no comment id twice
  OutcomeCounts outcomes;                // of the changes that need no write any more
  std::vector<DeadLetter> dead_letters;  // entries that are no changes
};

// Decodes and folds one entry after the other: all decoded changes at once would be a fifth of a
// batch's memory. The table that the writes lead to is the one that the changes would have led
// to one by one, if the database takes them all: the first create wins, body and attributes are
// each those of the largest revision, and a delete is final. Thread-safe.
[[nodiscard]] FoldedBatch Fold(int partition, std::span<const std::string_view> entries);

}  // namespace inkwell::flusher
