// Gives out comment ids: UUIDv7 (RFC 9562 §5.7), so that they sort by time and a
// B-tree takes them at its right end.
//
// An id can be made to fall into a wanted partition: its last bytes are drawn until
// the hash fits. So the changes of a group commit mostly go into one list with one
// RPUSH, which Redis takes several times faster than many small ones.
#pragma once

#include "common/base/clock.h"
#include "common/base/uuid.h"

namespace inkwell::ingest {

// A new id of time `now` in `partition`. Takes about as many draws, of some
// nanoseconds each, as there are partitions. Thread-safe.
[[nodiscard]] Uuid NewCommentId(WallTime now, int partition, int partitions);

}  // namespace inkwell::ingest
