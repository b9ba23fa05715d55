#include "services/flusher/store/copy_encoder.h"

#include <cstdint>

#include "services/flusher/store/binary_field.h"

namespace inkwell::flusher {

void AppendCommentRow(std::string& out, const NewComment& comment) {
  constexpr std::int16_t kFieldCount = 12;
  AppendBigEndian(out, kFieldCount);
  AppendUuidField(out, comment.comment_id);
  AppendBytesField(out, comment.post_id);
  AppendBytesField(out, comment.author_id);
  AppendUuidField(out, comment.reply_to_id);
  AppendBytesField(out, comment.body);
  AppendJsonbField(out, comment.attributes_json);
  AppendTimestamptzField(out, comment.create_time);
  AppendTimestamptzField(out, comment.update_time);
  AppendTimestamptzField(out, comment.delete_time);
  AppendBigintField(out, comment.revision);
  AppendBigintField(out, comment.body_revision);
  AppendBigintField(out, comment.attributes_revision);
}

}  // namespace inkwell::flusher
