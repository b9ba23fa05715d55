// A server that takes no writes: a standby, or one that an operator made read-only. Pure,
// thread-safe.
#pragma once

#include "absl/status/status.h"
#include "services/flusher/store/sqlstate.h"

namespace inkwell::flusher {

// An SQL expression: whether this server, to which the connection led, takes no writes.
inline constexpr char kReadOnly[] = "current_setting('transaction_read_only')::boolean";

[[nodiscard]] inline absl::Status ReadOnlyError() {
  return PostgresError("25006",
                       "the server takes no writes: it is a standby, or "
                       "default_transaction_read_only is on");
}

}  // namespace inkwell::flusher
