// Whether comments is a plain table or one of partitions.
#pragma once

#include "absl/status/status.h"
#include "services/flusher/store/pg_connection.h"

namespace inkwell::flusher {

// kFailedPrecondition (reason TABLE_KIND), saying what would be right, if it is the other
// kind than `partitioned` tells; the table has to be there. Both kinds take the same writes:
// this is so that nobody believes in the one and has the other.
[[nodiscard]] absl::Status CheckTableKind(PgConnection& connection, bool partitioned);

}  // namespace inkwell::flusher
