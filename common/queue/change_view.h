// A list entry read in place: an inkwell.queue.v1.Change as views of the entry's bytes,
// which outlive it. The flusher reads each change once, and this costs a tenth of what
// protobuf's messages do. Pure functions, thread-safe.
//
// change.proto says what the fields mean. A field that is not there is empty, or 0.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/status.h"

namespace inkwell::queue {

struct LabelView {
  std::string_view key;
  std::string_view value;
};
// A map as it was written: if a key is there twice, the last one counts.
using LabelViews = std::vector<LabelView>;

struct CreateView {
  std::string_view post_id;
  std::string_view author_id;
  std::string_view reply_to_id;
  std::string_view body;
  LabelViews attributes;
};

struct UpdateView {
  std::optional<std::string_view> body;
  std::optional<LabelViews> attributes;
};

struct DeleteView {};

// Without push_id, which says nothing about the change.
struct ChangeView {
  std::string_view comment_id;
  std::int64_t accept_time_us = 0;
  std::uint64_t revision = 0;
  std::string_view trace_context;  // whatever was there
  std::variant<std::monostate, CreateView, UpdateView, DeleteView> kind;
};

// Reads an entry into `change`, which is new. kInvalidArgument, with what is wrong, if it is
// no Change, its id is not 16 bytes, its time is not one from 1970 to 9999, it is an update
// without a revision, or its kind is one that this version doesn't know (ReasonOf:
// UNDECODABLE or UNKNOWN_KIND); `change` then holds what could be read.
[[nodiscard]] absl::Status DecodeEntry(std::string_view entry, ChangeView& change);

}  // namespace inkwell::queue
