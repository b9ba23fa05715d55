// What a transaction asks of the server that its connection led to. Pure, thread-safe.
#pragma once

#include "absl/status/status.h"
#include "services/flusher/store/sqlstate.h"

namespace inkwell::flusher {

// SQL expressions: whether it takes no writes, being a standby or made read-only by an
// operator …
inline constexpr char kReadOnly[] = "current_setting('transaction_read_only')::boolean";
// … and whether a COMMIT there waits for a standby.
inline constexpr char kSynchronousStandby[] =
    "coalesce(current_setting('synchronous_standby_names', true), '') <> ''";

// kUnavailable: trying again later, on a new connection, is right.
[[nodiscard]] inline absl::Status ReadOnlyError() {
  return PostgresError("25006",
                       "the server takes no writes: it is a standby, or "
                       "default_transaction_read_only is on");
}

}  // namespace inkwell::flusher
