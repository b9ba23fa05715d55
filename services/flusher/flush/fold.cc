#include "services/flusher/flush/fold.h"

#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/container/flat_hash_set.h"

namespace inkwell::flusher {
namespace {

std::string ToJson(const google::protobuf::Map<std::string, std::string>& attributes) {
  if (attributes.empty()) return "{}";
  return nlohmann::json(std::map<std::string, std::string>(attributes.begin(), attributes.end()))
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

NewComment ToNewComment(const DecodedChange& decoded) {
  const auto& create = decoded.change->create();
  NewComment comment;
  comment.comment_id = decoded.comment_id;
  comment.post_id = create.post_id();
  comment.author_id = create.author_id();
  comment.reply_to_id = Uuid::FromBytes(create.reply_to_id());
  comment.body = create.body();
  comment.attributes_json = ToJson(create.attributes());
  comment.create_time = WallTime(std::chrono::microseconds(decoded.change->accept_time_us()));
  return comment;
}

}  // namespace

FoldedBatch Fold(const DecodedBatch& batch) {
  FoldedBatch folded;
  folded.writes.dead_letters = batch.dead_letters;
  folded.writes.creates.reserve(batch.changes.size());
  absl::flat_hash_set<Uuid> created;
  created.reserve(batch.changes.size());
  for (const auto& decoded : batch.changes) {
    // The first create of an id wins.
    if (created.insert(decoded.comment_id).second) {
      folded.writes.creates.push_back(ToNewComment(decoded));
    } else {
      ++folded.outcomes.duplicate;
    }
  }
  return folded;
}

}  // namespace inkwell::flusher
