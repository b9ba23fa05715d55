#include "services/flusher/store/postgres_transaction.h"

#include "common/base/errors.h"
#include "services/flusher/store/create_rows.h"
#include "services/flusher/store/dead_letter_rows.h"
#include "services/flusher/store/sqlstate.h"

namespace inkwell::flusher {

PostgresTransaction::~PostgresTransaction() {
  if (committed_ || !connection_.IsOpen()) return;
  if (!connection_.Exec("ROLLBACK").ok()) connection_.Close();
}

absl::StatusOr<WriteCounts> PostgresTransaction::Write(const WriteSet& set) {
  auto inserted = WriteCreates(connection_, set.creates, copy_buffer_);
  if (!inserted.ok()) return Judge(Annotate(inserted.status(), "writing comments"));
  if (auto status = WriteDeadLetters(connection_, set.dead_letters); !status.ok()) {
    return Judge(Annotate(status, "writing dead letters"));
  }
  WriteCounts counts;
  counts.inserted = *inserted;
  counts.duplicate = static_cast<std::int64_t>(set.creates.size()) - *inserted;
  counts.dead = static_cast<std::int64_t>(set.dead_letters.size());
  return counts;
}

absl::Status PostgresTransaction::Commit() {
  auto result = connection_.Exec("COMMIT");
  if (!result.ok()) return Judge(Annotate(result.status(), "committing"));
  committed_ = true;
  // To a COMMIT of a transaction that failed before, Postgres answers so, without an
  // error.
  if (result->CommandTag() != "COMMIT") {
    return PostgresError("25P02",
                         "committing: an earlier statement failed, so all was rolled back");
  }
  return absl::OkStatus();
}

absl::Status PostgresTransaction::Judge(const absl::Status& status) {
  if (status.code() != absl::StatusCode::kInvalidArgument) connection_.Close();
  return status;
}

}  // namespace inkwell::flusher
