// Updates and deletes change rows of comments, each as far as it is newer than the row.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "services/flusher/store/outcome_counts.h"
#include "services/flusher/store/pg_connection.h"
#include "services/flusher/store/store.h"

namespace inkwell::flusher {

struct EditsWritten {
  OutcomeCounts outcomes;                   // of those whose comment is there
  std::vector<const CommentEdit*> missing;  // those whose comment isn't
};

// Writes `edits`, of different comments, within the transaction that is open on
// `connection`. After an error the transaction is only good for going back to a
// savepoint, or the connection is closed.
[[nodiscard]] absl::StatusOr<EditsWritten> WriteEdits(PgConnection& connection,
                                                      const std::vector<const CommentEdit*>& edits);

}  // namespace inkwell::flusher
