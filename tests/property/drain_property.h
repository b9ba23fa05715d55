// Properties of draining, each checked for one seed, on any database. A failure names the
// seed, which is all that it takes to see it again.
#pragma once

#include <cstdint>

#include "services/flusher/flush/batch_writer.h"
#include "tests/contract/store_world.h"

namespace inkwell::testing {

// Changes cut into random batches lead to the table that they lead to one by one, and each
// is counted once.
void CheckDrainsAsOneByOne(StoreWorld& world, flusher::Folding folding, std::uint64_t seed);

// Changes in any order, some pushed several times, drained by two flushers while whatever
// can fail does, lead to the table that their set defines.
void CheckDrainsInAnyOrder(StoreWorld& world, std::uint64_t seed);

}  // namespace inkwell::testing
