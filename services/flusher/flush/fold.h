// Step 4 of a batch: its changes of one comment become at most one row write.
#pragma once

#include <span>

#include "services/flusher/flush/decode.h"
#include "services/flusher/store/outcome_counts.h"
#include "services/flusher/store/store.h"

namespace inkwell::flusher {

struct FoldedChanges {
  WriteSet writes;         // no comment id twice; views into the changes' entries
  OutcomeCounts outcomes;  // of the changes that need no write any more
};

// The table that the writes lead to is the one that the changes would have led to one by
// one, if the database takes them all: the first create wins, body and attributes are each
// those of the largest revision, and a delete is final. The entries outlive the result.
// Thread-safe.
[[nodiscard]] FoldedChanges Fold(int partition, std::span<const DecodedChange> changes);

}  // namespace inkwell::flusher
