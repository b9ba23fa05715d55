// Step 3 of a batch: list entries become changes, or dead letters.
#pragma once

#include <string_view>
#include <vector>

#include "common/base/uuid.h"
#include "common/queue/change_view.h"
#include "services/flusher/store/store.h"

namespace inkwell::flusher {

struct DecodedChange {
  Uuid comment_id;
  queue::ChangeView change;
  std::string_view entry;  // what it was decoded from, should it become a dead letter
};

struct DecodedBatch {
  std::vector<DecodedChange> changes;    // in the list's order
  std::vector<DeadLetter> dead_letters;  // entries that are no changes
};

// Never fails: what can't be read is put aside, so that it can't block the rest.
// The result views into `entries`. Thread-safe.
[[nodiscard]] DecodedBatch Decode(int partition, const std::vector<std::string_view>& entries);

}  // namespace inkwell::flusher
