#include "services/flusher/store/copy_encoder.h"

#include <cstdint>

#include "services/flusher/store/binary_field.h"

namespace inkwell::flusher {
namespace {

constexpr std::int16_t kFieldCount = 12;

// The most that `comment` may take: lengths, two ids, a version of jsonb, six times and
// revisions, and the texts.
std::size_t MostRowBytes(const NewComment& comment) {
  constexpr std::size_t kWithoutTexts = sizeof(kFieldCount) + kFieldCount * sizeof(std::int32_t) +
                                        2 * Uuid::kBytes + 1 + 6 * sizeof(std::int64_t);
  return kWithoutTexts + comment.post_id.size() + comment.author_id.size() + comment.body.size() +
         comment.attributes_json.size();
}

}  // namespace

void AppendCommentRow(std::string& out, const NewComment& comment) {
  const std::size_t begin = out.size();
  out.resize(begin + MostRowBytes(comment));
  RoomWriter row(out.data() + begin);
  AppendBigEndian(row, kFieldCount);
  AppendUuidField(row, comment.comment_id);
  AppendBytesField(row, comment.post_id);
  AppendBytesField(row, comment.author_id);
  AppendUuidField(row, comment.reply_to_id);
  AppendBytesField(row, comment.body);
  AppendJsonbField(row, comment.attributes_json);
  AppendTimestamptzField(row, comment.create_time);
  AppendTimestamptzField(row, comment.update_time);
  AppendTimestamptzField(row, comment.delete_time);
  AppendBigintField(row, comment.revision);
  AppendBigintField(row, comment.body_revision);
  AppendBigintField(row, comment.attributes_revision);
  out.resize(static_cast<std::size_t>(row.end() - out.data()));
}

}  // namespace inkwell::flusher
