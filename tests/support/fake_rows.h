// What changes do to a row, in the fake database. Pure functions.
#pragma once

#include "services/flusher/store/store.h"
#include "tests/support/fake_store.h"

namespace inkwell::testing {

[[nodiscard]] FakeDatabase::Row ToRow(const flusher::NewComment& comment);

// Whether `edit` is newer than `row` in anything; if so, applies it as far as it is.
bool Apply(const flusher::CommentEdit& edit, FakeDatabase::Row& row);

// Brings what a transaction made of a comment together with what others have committed
// meanwhile, as if it had waited for them.
void Merge(const FakeDatabase::Row& ours, FakeDatabase::Row& committed);

}  // namespace inkwell::testing
