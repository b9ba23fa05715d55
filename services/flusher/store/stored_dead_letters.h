// Dead letters that lie in the table are read, taken out and thrown away.
//
// Each of these runs within the transaction that is open on `connection`. After an error
// the transaction is only good for ROLLBACK, or the connection is closed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/flusher/store/pg_connection.h"
#include "services/flusher/store/store.h"

namespace inkwell::flusher {

// An SQL expression: whether there is any dead letter COMMENT_NOT_FOUND.
inline constexpr char kAnyCommentNotFound[] =
    "EXISTS (SELECT FROM dead_letters WHERE reason = 'COMMENT_NOT_FOUND')";

// Takes out the dead letters COMMENT_NOT_FOUND of `comments`; their entries, oldest first.
[[nodiscard]] absl::StatusOr<std::vector<std::string>> TakeEntriesOf(
    PgConnection& connection, const std::vector<NewComment>& comments);

// The others are as in store.h.
[[nodiscard]] absl::StatusOr<std::optional<StoredDeadLetter>> LockDeadLetterRow(
    PgConnection& connection, std::int64_t dead_letter_id);
[[nodiscard]] absl::StatusOr<std::vector<StoredDeadLetter>> ListDeadLetterRows(
    PgConnection& connection, std::int64_t after_id, int limit);
[[nodiscard]] absl::StatusOr<std::int64_t> RemoveDeadLetterRows(
    PgConnection& connection, const std::vector<std::int64_t>& dead_letter_ids);

}  // namespace inkwell::flusher
