// Creates become rows of comments: at full speed by binary COPY straight into the
// table, or, if some of the ids are there already, by INSERT … ON CONFLICT.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/flusher/store/pg_connection.h"
#include "services/flusher/store/store.h"

namespace inkwell::flusher {

// Where a failed write goes back to.
inline constexpr std::string_view kWriteSavepoint = "before_write";

// Writes `creates` within the transaction that is open on `connection`, and returns which
// of them, by their index, were there already and are left as they were. kWriteSavepoint
// is set, with nothing written since. `buffer` is scratch space, kept by the caller so
// that its memory is used again. After an error the transaction is only good for going
// back to the savepoint, or the connection is closed.
[[nodiscard]] absl::StatusOr<std::vector<std::size_t>> WriteCreates(
    PgConnection& connection, const std::vector<NewComment>& creates, std::string& buffer);

}  // namespace inkwell::flusher
