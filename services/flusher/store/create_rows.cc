#include "services/flusher/store/create_rows.h"

#include <fmt/format.h>

#include "absl/container/flat_hash_set.h"
#include "services/flusher/store/binary_array.h"
#include "services/flusher/store/copy_encoder.h"
#include "services/flusher/store/copy_order.h"
#include "services/flusher/store/sqlstate.h"

namespace inkwell::flusher {
namespace {

// Large enough to make a send cheap, small enough to stay in the processor's cache: libpq
// copies each piece, into a buffer that is at least as large.
constexpr std::size_t kPieceBytes = 64 * 1024;

absl::Status CopyCreates(PgConnection& connection, const std::vector<NewComment>& creates,
                         std::string& buffer) {
  static const std::string kBegin =
      fmt::format("COPY comments ({}) FROM STDIN (FORMAT binary)", kCommentColumns);
  if (auto status = connection.CopyBegin(kBegin); !status.ok()) return status;
  buffer.assign(kCopyHeader);
  const auto ordered = InCopyOrder(creates);
  for (std::size_t i = 0; i < ordered.size(); ++i) {
    LoadAhead(ordered, i);
    AppendCommentRow(buffer, *ordered[i]);
    if (buffer.size() < kPieceBytes) continue;
    if (auto status = connection.CopyPut(buffer); !status.ok()) return status;
    buffer.clear();
  }
  buffer.append(kCopyTrailer);
  if (auto status = connection.CopyPut(buffer); !status.ok()) return status;
  return connection.CopyEnd().status();
}

std::vector<BinaryArray> EncodeColumns(const std::vector<NewComment>& creates) {
  return {
      EncodeArray(kUuidArray, creates,
                  [](auto& out, const auto& c) { AppendUuidField(out, c.comment_id); }),
      EncodeArray(kTextArray, creates,
                  [](auto& out, const auto& c) { AppendBytesField(out, c.post_id); }),
      EncodeArray(kTextArray, creates,
                  [](auto& out, const auto& c) { AppendBytesField(out, c.author_id); }),
      EncodeArray(kUuidArray, creates,
                  [](auto& out, const auto& c) { AppendUuidField(out, c.reply_to_id); }),
      EncodeArray(kTextArray, creates,
                  [](auto& out, const auto& c) { AppendBytesField(out, c.body); }),
      EncodeArray(kJsonbArray, creates,
                  [](auto& out, const auto& c) { AppendJsonbField(out, c.attributes_json); }),
      EncodeArray(kTimestamptzArray, creates,
                  [](auto& out, const auto& c) { AppendTimestamptzField(out, c.create_time); }),
      EncodeArray(kTimestamptzArray, creates,
                  [](auto& out, const auto& c) { AppendTimestamptzField(out, c.update_time); }),
      EncodeArray(kTimestamptzArray, creates,
                  [](auto& out, const auto& c) { AppendTimestamptzField(out, c.delete_time); }),
      EncodeArray(kBigintArray, creates,
                  [](auto& out, const auto& c) { AppendBigintField(out, c.revision); }),
      EncodeArray(kBigintArray, creates,
                  [](auto& out, const auto& c) { AppendBigintField(out, c.body_revision); }),
      EncodeArray(kBigintArray, creates,
                  [](auto& out, const auto& c) { AppendBigintField(out, c.attributes_revision); }),
  };
}

// Returns what WriteCreates does.
absl::StatusOr<std::vector<std::size_t>> InsertNewOnes(PgConnection& connection,
                                                       const std::vector<NewComment>& creates) {
  static const std::string kInsert = fmt::format(
      "INSERT INTO comments ({})"
      " SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
      " ON CONFLICT (comment_id) DO NOTHING RETURNING comment_id",
      kCommentColumns);
  const auto columns = EncodeColumns(creates);
  const auto inserted = connection.Exec(kInsert, AsParams(columns));
  if (!inserted.ok()) return inserted.status();
  absl::flat_hash_set<Uuid> new_ids;
  new_ids.reserve(creates.size());
  for (int row = 0; row < inserted->RowCount(); ++row) {
    new_ids.insert(Uuid::FromText(inserted->Value(row, 0)).value());
  }
  std::vector<std::size_t> there_already;
  for (std::size_t i = 0; i < creates.size(); ++i) {
    if (!new_ids.contains(creates[i].comment_id)) there_already.push_back(i);
  }
  return there_already;
}

}  // namespace

absl::StatusOr<std::vector<std::size_t>> WriteCreates(PgConnection& connection,
                                                      const std::vector<NewComment>& creates,
                                                      std::string& buffer) {
  if (creates.empty()) return std::vector<std::size_t>{};
  const absl::Status copied = CopyCreates(connection, creates, buffer);
  if (copied.ok()) return std::vector<std::size_t>{};
  if (SqlstateOf(copied) != kUniqueViolation) return copied;
  auto undone = connection.Exec(fmt::format("ROLLBACK TO SAVEPOINT {}", kWriteSavepoint));
  if (!undone.ok()) return undone.status();
  return InsertNewOnes(connection, creates);
}

}  // namespace inkwell::flusher
