#include "services/flusher/store/postgres_transaction.h"

#include <fmt/format.h>

#include "common/base/errors.h"
#include "services/flusher/store/create_rows.h"
#include "services/flusher/store/dead_letter_rows.h"
#include "services/flusher/store/edit_rows.h"
#include "services/flusher/store/sqlstate.h"
#include "services/flusher/store/stored_dead_letters.h"

namespace inkwell::flusher {
namespace {

std::int64_t EntryCount(const std::vector<const CommentEdit*>& edits) {
  std::int64_t count = 0;
  for (const CommentEdit* edit : edits) count += static_cast<std::int64_t>(edit->entries.size());
  return count;
}

// A transaction that wrote nothing, since all was there already, has nothing to wait for. But
// a primary that was killed in mid-COMMIT shows, once it is back, what no standby has yet, and
// what is committed leaves Redis. So it writes at least this to the WAL, which comes after that.
constexpr char kCommitOnStandbyToo[] =
    "SELECT pg_logical_emit_message(true, 'inkwell', '') WHERE txid_current_if_assigned() IS NULL;"
    "COMMIT";

}  // namespace

PostgresTransaction::~PostgresTransaction() {
  if (committed_ || !connection_.IsOpen()) return;
  if (!connection_.Exec("ROLLBACK").ok()) connection_.Close();
}

absl::StatusOr<OutcomeCounts> PostgresTransaction::Write(const WriteSet& set) {
  if (auto status = SetSavepoint(); !status.ok()) return status;
  auto outcomes = WriteRows(set);
  if (absl::IsInvalidArgument(outcomes.status())) {
    if (auto status = GoBackToSavepoint(); !status.ok()) return status;
  }
  return outcomes;
}

absl::StatusOr<std::vector<std::string>> PostgresTransaction::TakeBackDeadLetters(
    const WriteSet& set) {
  if (!any_not_found_ || set.creates.empty()) return std::vector<std::string>{};
  auto entries = TakeEntriesOf(connection_, set.creates);
  if (!entries.ok()) return Judge(Annotate(entries.status(), "taking back dead letters"));
  return entries;
}

absl::StatusOr<std::optional<StoredDeadLetter>> PostgresTransaction::LockDeadLetter(
    std::int64_t dead_letter_id) {
  auto letter = LockDeadLetterRow(connection_, dead_letter_id);
  if (!letter.ok()) return Judge(Annotate(letter.status(), "reading a dead letter"));
  return letter;
}

absl::Status PostgresTransaction::RemoveDeadLetter(std::int64_t dead_letter_id) {
  return Judge(Annotate(RemoveDeadLetterRows(connection_, {dead_letter_id}).status(),
                        "removing a dead letter"));
}

absl::Status PostgresTransaction::Commit() {
  auto result = connection_.Exec(synchronous_standby_ ? kCommitOnStandbyToo : "COMMIT");
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

absl::Status PostgresTransaction::SetSavepoint() {
  // That of the write before is dropped, or they would pile up.
  const std::string drop =
      has_savepoint_ ? fmt::format("RELEASE SAVEPOINT {};", kWriteSavepoint) : "";
  auto set = connection_.Exec(fmt::format("{}SAVEPOINT {}", drop, kWriteSavepoint));
  if (!set.ok()) return Judge(Annotate(set.status(), "setting a savepoint"));
  has_savepoint_ = true;
  return absl::OkStatus();
}

absl::Status PostgresTransaction::GoBackToSavepoint() {
  auto gone = connection_.Exec(fmt::format("ROLLBACK TO SAVEPOINT {}", kWriteSavepoint));
  if (!gone.ok()) return Judge(Annotate(gone.status(), "going back to a savepoint"));
  return absl::OkStatus();
}

absl::StatusOr<OutcomeCounts> PostgresTransaction::WriteRows(const WriteSet& set) {
  const auto there_already = WriteCreates(connection_, set.creates, copy_buffer_);
  if (!there_already.ok()) return Judge(Annotate(there_already.status(), "writing comments"));
  auto outcomes = WriteEditsOf(set, *there_already);
  if (!outcomes.ok()) return outcomes;
  outcomes->duplicate += static_cast<std::int64_t>(there_already->size());
  outcomes->inserted += static_cast<std::int64_t>(set.creates.size() - there_already->size());
  if (auto status = WriteDeadLetters(connection_, set.dead_letters); !status.ok()) {
    return Judge(Annotate(status, "writing dead letters"));
  }
  outcomes->dead += static_cast<std::int64_t>(set.dead_letters.size());
  return outcomes;
}

absl::StatusOr<OutcomeCounts> PostgresTransaction::WriteEditsOf(
    const WriteSet& set, const std::vector<std::size_t>& there_already) {
  std::vector<const CommentEdit*> edits;
  for (const std::size_t i : there_already) {
    if (const auto edit = set.creates[i].edit) edits.push_back(&set.edits_of_creates[*edit]);
  }
  std::int64_t conflated = -EntryCount(edits);
  for (const auto& edit : set.edits_of_creates) {
    conflated += static_cast<std::int64_t>(edit.entries.size());
  }
  for (const auto& edit : set.edits) edits.push_back(&edit);

  auto written = WriteEdits(connection_, edits);
  if (!written.ok()) return Judge(Annotate(written.status(), "writing updates and deletes"));
  if (auto status = WriteNotFound(set.partition, written->missing); !status.ok()) return status;
  written->outcomes.dead += EntryCount(written->missing);
  written->outcomes.conflated += conflated;
  return written->outcomes;
}

absl::Status PostgresTransaction::WriteNotFound(int partition,
                                                const std::vector<const CommentEdit*>& missing) {
  std::vector<DeadLetter> letters;
  for (const CommentEdit* edit : missing) {
    for (const std::string_view entry : edit->entries) {
      letters.push_back({partition, entry, edit->comment_id, std::string(kCommentNotFound), "",
                         "there is no such comment; taken back should it be created"});
    }
  }
  any_not_found_ = any_not_found_ || !letters.empty();
  const absl::Status status = WriteDeadLetters(connection_, letters);
  return status.ok() ? status : Judge(Annotate(status, "writing dead letters"));
}

absl::Status PostgresTransaction::Judge(const absl::Status& status) {
  if (!status.ok() && !absl::IsInvalidArgument(status)) connection_.Close();
  return status;
}

}  // namespace inkwell::flusher
