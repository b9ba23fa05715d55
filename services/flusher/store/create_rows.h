// Creates become rows of comments: at full speed by binary COPY straight into the
// table, or, if some of the ids are there already, by INSERT … ON CONFLICT.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/flusher/store/pg_connection.h"
#include "services/flusher/store/store.h"

namespace inkwell::flusher {

// Writes `creates` within the transaction that is open on `connection`, and returns
// how many became a row; the rest were there already. `buffer` is scratch space, kept
// by the caller so that its memory is used again. After an error the transaction is
// only good for ROLLBACK, or the connection is closed.
[[nodiscard]] absl::StatusOr<std::int64_t> WriteCreates(PgConnection& connection,
                                                        const std::vector<NewComment>& creates,
                                                        std::string& buffer);

}  // namespace inkwell::flusher
