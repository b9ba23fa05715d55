// What single changes make of the rows that they are folded into.
#pragma once

#include "services/flusher/flush/decode.h"
#include "services/flusher/store/store.h"

namespace inkwell::flusher {

// Of a create. Views into `decoded`, which outlives the result.
[[nodiscard]] NewComment ToNewComment(const DecodedChange& decoded);

// Adds an update or a delete to those that `edit` stands for. Views into `decoded`.
void AddTo(CommentEdit& edit, const DecodedChange& decoded);

// Makes `comment` what it is after `edit`, which stays as it is: it may yet have to be
// written by itself.
void ApplyTo(NewComment& comment, const CommentEdit& edit);

}  // namespace inkwell::flusher
