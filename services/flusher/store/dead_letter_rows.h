// Dead letters become rows of dead_letters.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "services/flusher/store/pg_connection.h"
#include "services/flusher/store/store.h"

namespace inkwell::flusher {

// Writes those of `dead_letters` that are not there yet, within the transaction that
// is open on `connection`. Whatever bytes they hold, none is refused as bad data.
// After an error the transaction is only good for ROLLBACK, or the connection is closed.
[[nodiscard]] absl::Status WriteDeadLetters(PgConnection& connection,
                                            const std::vector<DeadLetter>& dead_letters);

// `text` as it is if Postgres takes it; otherwise with each byte outside printable
// ASCII as \xNN.
[[nodiscard]] std::string AcceptableText(std::string_view text);

}  // namespace inkwell::flusher
