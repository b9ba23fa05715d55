// Step 3 of a batch: its changes of one comment become at most one row write.
#pragma once

#include "services/flusher/flush/decode.h"
#include "services/flusher/store/outcome_counts.h"
#include "services/flusher/store/store.h"

namespace inkwell::flusher {

struct FoldedBatch {
  WriteSet writes;         // no comment id twice; views into the decoded batch
  OutcomeCounts outcomes;  // of the changes that need no write any more
};

// The table that the writes lead to is the one that the changes would have led to
// one by one, in order. `batch` must outlive the result. Thread-safe.
[[nodiscard]] FoldedBatch Fold(const DecodedBatch& batch);

}  // namespace inkwell::flusher
