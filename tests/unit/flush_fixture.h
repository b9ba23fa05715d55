// A queue and a database in memory, and ways to put changes in.
#pragma once

#include "tests/support/change_entries.h"
#include "tests/support/fake_queue.h"
#include "tests/support/fake_store.h"
#include "tests/support/id_of.h"

namespace inkwell::testing {

inline constexpr int kFakePartitions = 3;

}  // namespace inkwell::testing
