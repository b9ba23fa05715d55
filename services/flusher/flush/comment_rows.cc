#include "services/flusher/flush/comment_rows.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <variant>

namespace inkwell::flusher {
namespace {

constexpr char kNoAttributes[] = "{}";

std::string ToJson(const queue::LabelViews& attributes) {
  if (attributes.empty()) return kNoAttributes;
  nlohmann::json object;
  for (const auto& label : attributes) object[std::string(label.key)] = label.value;
  return object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

WallTime AcceptTimeOf(const DecodedChange& decoded) {
  return WallTime(std::chrono::microseconds(decoded.change.accept_time_us));
}

void AddUpdate(CommentEdit& edit, const DecodedChange& decoded) {
  const auto& update = std::get<queue::UpdateView>(decoded.change.kind);
  const auto revision = static_cast<std::int64_t>(decoded.change.revision);
  if (update.body && revision > edit.body_revision) {
    edit.body = update.body;
    edit.body_revision = revision;
  }
  if (update.attributes && revision > edit.attributes_revision) {
    edit.attributes_json = ToJson(*update.attributes);
    edit.attributes_revision = revision;
  }
  // One that sets neither is no update of anything.
  const std::int64_t newest = std::max(edit.body_revision, edit.attributes_revision);
  if (newest > edit.revision) {
    edit.revision = newest;
    edit.update_time = AcceptTimeOf(decoded);
  }
}

}  // namespace

NewComment ToNewComment(const DecodedChange& decoded) {
  const auto& create = std::get<queue::CreateView>(decoded.change.kind);
  NewComment comment;
  comment.comment_id = decoded.comment_id;
  comment.post_id = create.post_id;
  comment.author_id = create.author_id;
  comment.reply_to_id = Uuid::FromBytes(create.reply_to_id);
  comment.body = create.body;
  comment.attributes_json = ToJson(create.attributes);
  comment.create_time = AcceptTimeOf(decoded);
  comment.update_time = comment.create_time;
  return comment;
}

void AddTo(CommentEdit& edit, const DecodedChange& decoded) {
  edit.entries.push_back(decoded.entry);
  if (std::holds_alternative<queue::DeleteView>(decoded.change.kind)) {
    const WallTime delete_time = AcceptTimeOf(decoded);
    edit.delete_time = std::min(delete_time, edit.delete_time.value_or(delete_time));
  } else {
    AddUpdate(edit, decoded);
  }
}

void ApplyTo(NewComment& comment, const CommentEdit& edit) {
  if (edit.delete_time) {
    comment.body = "";
    comment.attributes_json = kNoAttributes;
    comment.delete_time = edit.delete_time;
    return;
  }
  if (edit.body) comment.body = *edit.body;
  comment.body_revision = edit.body_revision;
  if (edit.attributes_json) comment.attributes_json = *edit.attributes_json;
  comment.attributes_revision = edit.attributes_revision;
  comment.revision = edit.revision;
  if (edit.revision > 0) comment.update_time = edit.update_time;
}

}  // namespace inkwell::flusher
