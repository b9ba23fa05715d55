#include "services/flusher/store/copy_encoder.h"

#include <cstdint>

#include "services/flusher/store/binary_field.h"

namespace inkwell::flusher {

void AppendCommentRow(std::string& out, const NewComment& comment) {
  constexpr std::int16_t kFieldCount = 9;
  AppendBigEndian(out, kFieldCount);
  AppendUuidField(out, comment.comment_id);
  AppendBytesField(out, comment.post_id);
  AppendBytesField(out, comment.author_id);
  AppendUuidField(out, comment.reply_to_id);
  AppendBytesField(out, comment.body);
  AppendJsonbField(out, comment.attributes_json);
  AppendTimestamptzField(out, comment.create_time);
  AppendTimestamptzField(out, comment.create_time);
  AppendBigintField(out, 0);
}

}  // namespace inkwell::flusher
