#include "services/flusher/store/stored_dead_letters.h"

#include <fmt/format.h>

#include <chrono>

#include "services/flusher/store/binary_array.h"

namespace inkwell::flusher {
namespace {

constexpr char kSelect[] =
    "SELECT dead_letter_id, partition, change, comment_id, reason, sqlstate, detail,"
    " (extract(epoch FROM create_time) * 1000000)::bigint FROM dead_letters";

// Row `row` of what kSelect answers.
StoredDeadLetter ToDeadLetter(const PgResult& rows, int row) {
  StoredDeadLetter letter;
  letter.dead_letter_id = rows.Integer(row, 0);
  letter.partition = static_cast<int>(rows.Integer(row, 1));
  letter.entry = rows.Bytes(row, 2);
  letter.comment_id = Uuid::FromText(rows.Value(row, 3));
  letter.reason = rows.Value(row, 4);
  letter.sqlstate = rows.Value(row, 5);
  letter.detail = rows.Value(row, 6);
  letter.create_time = WallTime(std::chrono::microseconds(rows.Integer(row, 7)));
  return letter;
}

absl::StatusOr<std::vector<StoredDeadLetter>> Select(PgConnection& connection,
                                                     const std::string& sql) {
  const auto rows = connection.Exec(sql);
  if (!rows.ok()) return rows.status();
  std::vector<StoredDeadLetter> letters;
  for (int row = 0; row < rows->RowCount(); ++row) letters.push_back(ToDeadLetter(*rows, row));
  return letters;
}

}  // namespace

absl::StatusOr<std::vector<std::string>> TakeEntriesOf(PgConnection& connection,
                                                       const std::vector<NewComment>& comments) {
  const auto ids = EncodeArray(kUuidArray, comments, [](auto& out, const NewComment& comment) {
    AppendUuidField(out, comment.comment_id);
  });
  const auto rows = connection.Exec(
      "WITH taken AS ("
      "DELETE FROM dead_letters WHERE reason = 'COMMENT_NOT_FOUND' AND comment_id = ANY ($1)"
      " RETURNING dead_letter_id, change"
      ") SELECT change FROM taken ORDER BY dead_letter_id",
      {ids.AsParam()});
  if (!rows.ok()) return rows.status();
  std::vector<std::string> entries;
  for (int row = 0; row < rows->RowCount(); ++row) entries.push_back(rows->Bytes(row, 0));
  return entries;
}

absl::StatusOr<std::optional<StoredDeadLetter>> LockDeadLetterRow(PgConnection& connection,
                                                                  std::int64_t dead_letter_id) {
  auto letters = Select(
      connection, fmt::format("{} WHERE dead_letter_id = {} FOR UPDATE", kSelect, dead_letter_id));
  if (!letters.ok()) return letters.status();
  if (letters->empty()) return std::nullopt;
  return std::move(letters->front());
}

absl::StatusOr<std::vector<StoredDeadLetter>> ListDeadLetterRows(PgConnection& connection,
                                                                 std::int64_t after_id, int limit) {
  return Select(connection,
                fmt::format("{} WHERE dead_letter_id > {} ORDER BY dead_letter_id LIMIT {}",
                            kSelect, after_id, limit));
}

absl::StatusOr<std::int64_t> RemoveDeadLetterRows(
    PgConnection& connection, const std::vector<std::int64_t>& dead_letter_ids) {
  const auto ids = EncodeArray(kBigintArray, dead_letter_ids,
                               [](auto& out, std::int64_t id) { AppendBigintField(out, id); });
  const auto removed =
      connection.Exec("DELETE FROM dead_letters WHERE dead_letter_id = ANY ($1)", {ids.AsParam()});
  if (!removed.ok()) return removed.status();
  return removed->AffectedRows();
}

}  // namespace inkwell::flusher
