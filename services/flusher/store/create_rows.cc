#include "services/flusher/store/create_rows.h"

#include <fmt/format.h>

#include "services/flusher/store/binary_array.h"
#include "services/flusher/store/copy_encoder.h"
#include "services/flusher/store/sqlstate.h"

namespace inkwell::flusher {
namespace {

// Large enough to make a send cheap, small enough to stay in the processor's cache.
constexpr std::size_t kPieceBytes = 256 * 1024;

absl::StatusOr<std::int64_t> CopyCreates(PgConnection& connection,
                                         const std::vector<NewComment>& creates,
                                         std::string& buffer) {
  static const std::string kBegin = fmt::format(
      "SAVEPOINT before_copy; COPY comments ({}) FROM STDIN (FORMAT binary)", kCommentColumns);
  if (auto status = connection.CopyBegin(kBegin); !status.ok()) return status;
  buffer.assign(kCopyHeader);
  for (const auto& comment : creates) {
    AppendCommentRow(buffer, comment);
    if (buffer.size() < kPieceBytes) continue;
    if (auto status = connection.CopyPut(buffer); !status.ok()) return status;
    buffer.clear();
  }
  buffer.append(kCopyTrailer);
  if (auto status = connection.CopyPut(buffer); !status.ok()) return status;
  return connection.CopyEnd();
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
  };
}

absl::StatusOr<std::int64_t> InsertNewOnes(PgConnection& connection,
                                           const std::vector<NewComment>& creates) {
  static const std::string kInsert = fmt::format(
      "INSERT INTO comments ({}) SELECT id, post, author, reply_to, body, attributes, create_time,"
      " create_time, 0 FROM unnest($1, $2, $3, $4, $5, $6, $7)"
      " AS c (id, post, author, reply_to, body, attributes, create_time)"
      " ON CONFLICT (comment_id) DO NOTHING",
      kCommentColumns);
  const auto columns = EncodeColumns(creates);
  auto inserted = connection.Exec(kInsert, AsParams(columns));
  if (!inserted.ok()) return inserted.status();
  return inserted->AffectedRows();
}

}  // namespace

absl::StatusOr<std::int64_t> WriteCreates(PgConnection& connection,
                                          const std::vector<NewComment>& creates,
                                          std::string& buffer) {
  if (creates.empty()) return 0;
  auto copied = CopyCreates(connection, creates, buffer);
  if (copied.ok() || SqlstateOf(copied.status()) != kUniqueViolation) return copied;
  if (auto undone = connection.Exec("ROLLBACK TO SAVEPOINT before_copy"); !undone.ok()) {
    return undone.status();
  }
  return InsertNewOnes(connection, creates);
}

}  // namespace inkwell::flusher
