#include "services/ingest/accept.h"

#include "common/queue/change_codec.h"
#include "common/queue/partition.h"
#include "services/ingest/comment_ids.h"
#include "services/ingest/validate.h"

namespace inkwell::ingest {
namespace {

queue::v1::Change NewChange(const Uuid& comment_id, WallTime accept_time) {
  queue::v1::Change change;
  change.set_comment_id(comment_id.AsBytes().data(), Uuid::kBytes);
  change.set_accept_time_us(accept_time.time_since_epoch().count());
  return change;
}

AcceptedChange Accepted(const Uuid& comment_id, int partition, int partitions,
                        const queue::v1::Change& change) {
  return {comment_id, partition, partitions, queue::EncodeEntry(change)};
}

}  // namespace

AcceptedChange AcceptCreate(const v1::Comment& comment, WallTime accept_time,
                            int preferred_partition, int partitions) {
  const auto given = Uuid::FromText(comment.comment_id());
  const Uuid id = given ? *given : NewCommentId(accept_time, preferred_partition, partitions);
  queue::v1::Change change = NewChange(id, accept_time);
  auto& create = *change.mutable_create();
  create.set_post_id(comment.post_id());
  create.set_author_id(comment.author_id());
  if (const auto reply_to = Uuid::FromText(comment.reply_to_id())) {
    create.set_reply_to_id(reply_to->AsBytes().data(), Uuid::kBytes);
  }
  create.set_body(comment.body());
  *create.mutable_attributes() = comment.attributes();
  const int partition = given ? queue::PartitionOf(id, partitions) : preferred_partition;
  return Accepted(id, partition, partitions, change);
}

AcceptedChange AcceptUpdate(const v1::UpdateCommentRequest& request, WallTime accept_time,
                            int partitions) {
  const Uuid id = *Uuid::FromText(request.comment().comment_id());
  queue::v1::Change change = NewChange(id, accept_time);
  auto& update = *change.mutable_update();
  const UpdatedFields fields = FieldsToUpdate(request);
  if (fields.body) update.set_body(request.comment().body());
  if (fields.attributes) {
    *update.mutable_attributes()->mutable_values() = request.comment().attributes();
  }
  return Accepted(id, queue::PartitionOf(id, partitions), partitions, change);
}

AcceptedChange AcceptDelete(const v1::DeleteCommentRequest& request, WallTime accept_time,
                            int partitions) {
  const Uuid id = *Uuid::FromText(request.comment_id());
  queue::v1::Change change = NewChange(id, accept_time);
  change.mutable_delete_();
  return Accepted(id, queue::PartitionOf(id, partitions), partitions, change);
}

}  // namespace inkwell::ingest
