#include "services/flusher/store/edit_rows.h"

#include <cstdint>
#include <string>

#include "common/base/mutant.h"
#include "services/flusher/store/binary_array.h"

namespace inkwell::flusher {
namespace {

// Answers with the positions of those that were written (true), and of those whose comment is
// not there (false). One statement, because it looks at the table once: were a comment created
// between an UPDATE and a SELECT, its edit would seem overtaken, and be lost.
constexpr char kWriteEdits[] = R"sql(
WITH edit AS (
  SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8) WITH ORDINALITY
    AS e (comment_id, body, body_revision, attributes, attributes_revision, revision, update_time,
          delete_time, position)
), written AS (
  UPDATE comments AS c SET
    body = CASE
      WHEN e.delete_time IS NOT NULL THEN ''
      WHEN e.body_revision > c.body_revision THEN e.body
      ELSE c.body END,
    body_revision = CASE
      WHEN e.delete_time IS NOT NULL THEN 0
      ELSE greatest(e.body_revision, c.body_revision) END,
    attributes = CASE
      WHEN e.delete_time IS NOT NULL THEN '{}'
      WHEN e.attributes_revision > c.attributes_revision THEN e.attributes
      ELSE c.attributes END,
    attributes_revision = CASE
      WHEN e.delete_time IS NOT NULL THEN 0
      ELSE greatest(e.attributes_revision, c.attributes_revision) END,
    revision = CASE
      WHEN e.delete_time IS NOT NULL THEN 0
      ELSE greatest(e.revision, c.revision) END,
    update_time = CASE
      WHEN e.delete_time IS NOT NULL THEN c.create_time
      WHEN e.revision > c.revision THEN e.update_time
      ELSE c.update_time END,
    delete_time = e.delete_time
  FROM edit AS e
  WHERE c.comment_id = e.comment_id AND CASE
      WHEN c.delete_time IS NOT NULL THEN e.delete_time < c.delete_time
      ELSE e.delete_time IS NOT NULL OR e.body_revision > c.body_revision
        OR e.attributes_revision > c.attributes_revision END
  RETURNING e.position
)
SELECT position, true FROM written
UNION ALL
SELECT position, false FROM edit
WHERE NOT EXISTS (SELECT FROM comments AS c WHERE c.comment_id = edit.comment_id)
)sql";

template <typename Field>
void AppendOrNull(std::string& out, const Field& field,
                  void (*append)(std::string&, std::string_view)) {
  field ? append(out, *field) : AppendNullField(out);
}

std::vector<BinaryArray> EncodeColumns(const std::vector<const CommentEdit*>& edits) {
  return {
      EncodeArray(kUuidArray, edits,
                  [](auto& out, const auto* e) { AppendUuidField(out, e->comment_id); }),
      EncodeArray(kTextArray, edits,
                  [](auto& out, const auto* e) { AppendOrNull(out, e->body, AppendBytesField); }),
      EncodeArray(kBigintArray, edits,
                  [](auto& out, const auto* e) { AppendBigintField(out, e->body_revision); }),
      EncodeArray(kJsonbArray, edits,
                  [](auto& out, const auto* e) {
                    AppendOrNull(out, e->attributes_json, AppendJsonbField);
                  }),
      EncodeArray(kBigintArray, edits,
                  [](auto& out, const auto* e) { AppendBigintField(out, e->attributes_revision); }),
      EncodeArray(kBigintArray, edits,
                  [](auto& out, const auto* e) { AppendBigintField(out, e->revision); }),
      EncodeArray(kTimestamptzArray, edits,
                  [](auto& out, const auto* e) { AppendTimestamptzField(out, e->update_time); }),
      EncodeArray(kTimestamptzArray, edits,
                  [](auto& out, const auto* e) { AppendTimestamptzField(out, e->delete_time); }),
  };
}

std::int64_t EntryCount(const CommentEdit& edit) {
  return static_cast<std::int64_t>(edit.entries.size());
}

enum class Fate : char { kStale, kWritten, kMissing };

// That of each edit, by what kWriteEdits answered.
std::vector<Fate> FatesOf(const PgResult& answer, std::size_t edit_count) {
  std::vector<Fate> fates(edit_count, Fate::kStale);
  for (int row = 0; row < answer.RowCount(); ++row) {
    const auto position = static_cast<std::size_t>(answer.Integer(row, 0));
    fates[position - 1] = answer.Value(row, 1) == "t" ? Fate::kWritten : Fate::kMissing;
  }
  return fates;
}

void Add(const CommentEdit& edit, Fate fate, EditsWritten& written) {
  auto& outcomes = written.outcomes;
  switch (fate) {
    case Fate::kStale:
      outcomes.stale += EntryCount(edit);
      return;
    case Fate::kWritten:
      ++(edit.delete_time ? outcomes.deleted : outcomes.updated);
      outcomes.conflated += EntryCount(edit) - 1;
      return;
    case Fate::kMissing:
      written.missing.push_back(&edit);
      return;
  }
}

}  // namespace

absl::StatusOr<EditsWritten> WriteEdits(PgConnection& connection,
                                        const std::vector<const CommentEdit*>& edits) {
  EditsWritten written;
  if (edits.empty()) return written;
  const auto columns = EncodeColumns(edits);
  if (INKWELL_MUTANT("no-revision-guard")) {
    static_cast<void>(connection.Exec(
        "UPDATE comments SET revision = 0, body_revision = 0, attributes_revision = 0"
        " WHERE comment_id = ANY ($1)",
        AsParams({columns.front()})));
  }
  const auto answer = connection.Exec(kWriteEdits, AsParams(columns));
  if (!answer.ok()) return answer.status();
  const auto fates = FatesOf(*answer, edits.size());
  for (std::size_t i = 0; i < edits.size(); ++i) Add(*edits[i], fates[i], written);
  return written;
}

}  // namespace inkwell::flusher
