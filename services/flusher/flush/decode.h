// Step 3 of a batch: a list entry becomes a change, or a dead letter.
#pragma once

#include <string_view>
#include <variant>

#include "common/base/uuid.h"
#include "common/queue/change_view.h"
#include "services/flusher/store/store.h"

namespace inkwell::flusher {

struct DecodedChange {
  Uuid comment_id;
  queue::ChangeView change;
  std::string_view entry;  // what it was decoded from
};

// Never fails: what can't be read is put aside, so that it can't block the rest.
// The result views into `entry`. Thread-safe.
[[nodiscard]] std::variant<DecodedChange, DeadLetter> Decode(int partition, std::string_view entry);

}  // namespace inkwell::flusher
