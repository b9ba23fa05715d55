// What protobuf's own parser makes of a list entry, for comparison with the view that the
// flusher reads. Thread-safe.
#pragma once

#include <google/protobuf/util/message_differencer.h>

#include <string>
#include <string_view>
#include <variant>

#include "common/queue/change_view.h"
#include "inkwell/queue/v1/change.pb.h"

namespace inkwell::testing {

template <typename Map>
void AddLabels(const queue::LabelViews& labels, Map& map) {
  for (const auto& label : labels) map[std::string(label.key)] = label.value;
}

// `view` as a message.
inline queue::v1::Change MessageOf(const queue::ChangeView& view) {
  queue::v1::Change change;
  change.set_comment_id(std::string(view.comment_id));
  change.set_accept_time_us(view.accept_time_us);
  change.set_revision(view.revision);
  change.set_trace_context(std::string(view.trace_context));
  if (const auto* create = std::get_if<queue::CreateView>(&view.kind)) {
    change.mutable_create()->set_post_id(std::string(create->post_id));
    change.mutable_create()->set_author_id(std::string(create->author_id));
    change.mutable_create()->set_reply_to_id(std::string(create->reply_to_id));
    change.mutable_create()->set_body(std::string(create->body));
    AddLabels(create->attributes, *change.mutable_create()->mutable_attributes());
  } else if (const auto* update = std::get_if<queue::UpdateView>(&view.kind)) {
    auto& message = *change.mutable_update();
    if (update->body) message.set_body(std::string(*update->body));
    if (update->attributes) {
      AddLabels(*update->attributes, *message.mutable_attributes()->mutable_values());
    }
  } else if (std::holds_alternative<queue::DeleteView>(view.kind)) {
    change.mutable_delete_();
  }
  return change;
}

// Whether DecodeEntry can read `entry` if protobuf can, and then has read the same.
inline bool ReadsAsProtobufDoes(std::string_view entry) {
  queue::ChangeView view;
  const absl::Status status = queue::DecodeEntry(entry, view);
  const bool unreadable =
      std::string(status.message()).find("are no inkwell.queue.v1.Change") != std::string::npos;
  queue::v1::Change parsed;
  if (!parsed.ParseFromArray(entry.data(), static_cast<int>(entry.size()))) return unreadable;
  parsed.clear_push_id();
  parsed.DiscardUnknownFields();
  return !unreadable && google::protobuf::util::MessageDifferencer::Equals(parsed, MessageOf(view));
}

}  // namespace inkwell::testing
