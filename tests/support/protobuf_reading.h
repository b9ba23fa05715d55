// What protobuf's own parser makes of a list entry, for comparison with the view that the
// flusher reads. Thread-safe.
#pragma once

#include <algorithm>
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

template <typename Map>
bool SameLabels(const Map& some, const Map& others) {
  return some.size() == others.size() &&
         std::all_of(some.begin(), some.end(), [&others](const auto& label) {
           const auto found = others.find(label.first);
           return found != others.end() && found->second == label.second;
         });
}

// In all that is compared: not in push ids and unknown fields. By accessors, because reflection
// crashes on maps if ThreadSanitizer sees our code and not protobuf's.
inline bool Same(const queue::v1::Change& a, const queue::v1::Change& b) {
  const auto same_create = [](const auto& x, const auto& y) {
    return x.post_id() == y.post_id() && x.author_id() == y.author_id() &&
           x.reply_to_id() == y.reply_to_id() && x.body() == y.body() &&
           SameLabels(x.attributes(), y.attributes());
  };
  const auto same_update = [](const auto& x, const auto& y) {
    return x.has_body() == y.has_body() && x.body() == y.body() &&
           x.has_attributes() == y.has_attributes() &&
           SameLabels(x.attributes().values(), y.attributes().values());
  };
  return a.comment_id() == b.comment_id() && a.accept_time_us() == b.accept_time_us() &&
         a.revision() == b.revision() && a.trace_context() == b.trace_context() &&
         a.kind_case() == b.kind_case() && same_create(a.create(), b.create()) &&
         same_update(a.update(), b.update());
}

// Whether DecodeEntry can read `entry` if protobuf can, and then has read the same.
inline bool ReadsAsProtobufDoes(std::string_view entry) {
  queue::ChangeView view;
  const absl::Status status = queue::DecodeEntry(entry, view);
  const bool unreadable =
      std::string(status.message()).find("are no inkwell.queue.v1.Change") != std::string::npos;
  queue::v1::Change parsed;
  if (!parsed.ParseFromArray(entry.data(), static_cast<int>(entry.size()))) return unreadable;
  return !unreadable && Same(parsed, MessageOf(view));
}

}  // namespace inkwell::testing
