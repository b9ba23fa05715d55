// The order in which a batch's creates become rows: by post, as the index of a post's
// comments has them. Neighbouring rows then go to the same pages of that index, and whoever
// reads a post finds its comments of a batch side by side, instead of each on a page of its
// own.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "services/flusher/store/store.h"

namespace inkwell::flusher {

// All of `creates`, by post_id (as bytes, whatever the database's collation); those of the
// same post stay as they were. Points into `creates`.
[[nodiscard]] std::vector<const NewComment*> InCopyOrder(std::span<const NewComment> creates);

// To be called before `ordered[index]` is made a row: has the processor load what comes a
// little later, which in this order lies where it can't guess.
void LoadAhead(std::span<const NewComment* const> ordered, std::size_t index);

}  // namespace inkwell::flusher
