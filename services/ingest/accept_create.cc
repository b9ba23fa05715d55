#include "services/ingest/accept_create.h"

#include "common/queue/change_codec.h"
#include "common/queue/partition.h"
#include "services/ingest/comment_ids.h"

namespace inkwell::ingest {

AcceptedCreate AcceptCreate(const v1::Comment& comment, WallTime accept_time,
                            int preferred_partition, int partitions) {
  AcceptedCreate accepted;
  if (const auto given = Uuid::FromText(comment.comment_id())) {
    accepted.comment_id = *given;
    accepted.partition = queue::PartitionOf(*given, partitions);
  } else {
    accepted.comment_id = NewCommentId(accept_time, preferred_partition, partitions);
    accepted.partition = preferred_partition;
  }

  queue::v1::Change change;
  change.set_comment_id(accepted.comment_id.AsBytes().data(), Uuid::kBytes);
  change.set_accept_time_us(accept_time.time_since_epoch().count());
  auto& create = *change.mutable_create();
  create.set_post_id(comment.post_id());
  create.set_author_id(comment.author_id());
  if (const auto reply_to = Uuid::FromText(comment.reply_to_id())) {
    create.set_reply_to_id(reply_to->AsBytes().data(), Uuid::kBytes);
  }
  create.set_body(comment.body());
  *create.mutable_attributes() = comment.attributes();
  accepted.entry = queue::EncodeEntry(change);
  return accepted;
}

}  // namespace inkwell::ingest
