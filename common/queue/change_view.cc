#include "common/queue/change_view.h"

#include <fmt/core.h>

#include "common/base/errors.h"
#include "common/base/uuid.h"
#include "common/queue/wire_reader.h"
#include "inkwell/queue/v1/change.pb.h"

namespace inkwell::queue {
namespace {

// The year 10000, where google.protobuf.Timestamp ends. Beyond what Postgres can hold,
// arithmetic would overflow.
constexpr std::int64_t kAcceptTimeEndUs = 253'402'300'800'000'000;

// A map's entry is a message of two fields.
constexpr int kKeyFieldNumber = 1;
constexpr int kValueFieldNumber = 2;

// These read a message, and tell whether they could. As in protobuf, a field that comes
// again replaces what came before, and a message that comes again is merged into it.

bool ReadLabel(WireReader fields, LabelViews& labels) {
  auto& label = labels.emplace_back();
  while (fields.Next()) {
    switch (fields.tag()) {
      case BytesTag(kKeyFieldNumber):
        label.key = fields.Text();
        break;
      case BytesTag(kValueFieldNumber):
        label.value = fields.Text();
        break;
      default:
        fields.Skip();
    }
  }
  return fields.ok();
}

bool ReadAttributes(WireReader fields, LabelViews& labels) {
  while (fields.Next()) {
    if (fields.tag() == BytesTag(v1::Attributes::kValuesFieldNumber)) {
      if (!ReadLabel(fields.Message(), labels)) return false;
    } else {
      fields.Skip();
    }
  }
  return fields.ok();
}

bool ReadCreate(WireReader fields, CreateView& create) {
  while (fields.Next()) {
    switch (fields.tag()) {
      case BytesTag(v1::Create::kPostIdFieldNumber):
        create.post_id = fields.Text();
        break;
      case BytesTag(v1::Create::kAuthorIdFieldNumber):
        create.author_id = fields.Text();
        break;
      case BytesTag(v1::Create::kReplyToIdFieldNumber):
        create.reply_to_id = fields.Bytes();
        break;
      case BytesTag(v1::Create::kBodyFieldNumber):
        create.body = fields.Text();
        break;
      case BytesTag(v1::Create::kAttributesFieldNumber):
        if (!ReadLabel(fields.Message(), create.attributes)) return false;
        break;
      default:
        fields.Skip();
    }
  }
  return fields.ok();
}

bool ReadUpdate(WireReader fields, UpdateView& update) {
  while (fields.Next()) {
    switch (fields.tag()) {
      case BytesTag(v1::Update::kBodyFieldNumber):
        update.body = fields.Text();
        break;
      case BytesTag(v1::Update::kAttributesFieldNumber):
        if (!update.attributes) update.attributes.emplace();
        if (!ReadAttributes(fields.Message(), *update.attributes)) return false;
        break;
      default:
        fields.Skip();
    }
  }
  return fields.ok();
}

bool ReadDelete(WireReader fields) {
  while (fields.Next()) fields.Skip();
  return fields.ok();
}

// The change's kind if it is a View already; else it becomes one, and what it was is gone.
template <typename View>
View& KindAs(ChangeView& change) {
  if (auto* view = std::get_if<View>(&change.kind)) return *view;
  return change.kind.emplace<View>();
}

bool ReadChange(WireReader fields, ChangeView& change) {
  while (fields.Next()) {
    switch (fields.tag()) {
      case BytesTag(v1::Change::kCommentIdFieldNumber):
        change.comment_id = fields.Bytes();
        break;
      case VarintTag(v1::Change::kAcceptTimeUsFieldNumber):
        change.accept_time_us = static_cast<std::int64_t>(fields.Varint());
        break;
      case BytesTag(v1::Change::kCreateFieldNumber):
        if (!ReadCreate(fields.Message(), KindAs<CreateView>(change))) return false;
        break;
      case BytesTag(v1::Change::kUpdateFieldNumber):
        if (!ReadUpdate(fields.Message(), KindAs<UpdateView>(change))) return false;
        break;
      case BytesTag(v1::Change::kDeleteFieldNumber):
        KindAs<DeleteView>(change);
        if (!ReadDelete(fields.Message())) return false;
        break;
      case Fixed64Tag(v1::Change::kRevisionFieldNumber):
        change.revision = fields.Fixed64();
        break;
      case BytesTag(v1::Change::kTraceContextFieldNumber):
        change.trace_context = fields.Bytes();
        break;
      default:
        fields.Skip();
    }
  }
  return fields.ok();
}

absl::Status Undecodable(std::string_view what) {
  return Error(absl::StatusCode::kInvalidArgument, "UNDECODABLE", what);
}

}  // namespace

absl::Status DecodeEntry(std::string_view entry, ChangeView& change) {
  if (!ReadChange(WireReader(entry), change)) {
    return Undecodable(fmt::format("{} bytes are no inkwell.queue.v1.Change", entry.size()));
  }
  if (change.comment_id.size() != Uuid::kBytes) {
    return Undecodable(fmt::format("comment_id has {} bytes, not 16", change.comment_id.size()));
  }
  if (std::holds_alternative<UpdateView>(change.kind) && change.revision == 0) {
    return Undecodable("an update without a revision");
  }
  if (change.accept_time_us < 0 || change.accept_time_us >= kAcceptTimeEndUs) {
    return Undecodable(
        fmt::format("accept_time_us is {}, which is not between the years 1970 and 9999",
                    change.accept_time_us));
  }
  if (std::holds_alternative<std::monostate>(change.kind)) {
    return Error(absl::StatusCode::kInvalidArgument, "UNKNOWN_KIND",
                 "the kind of change is one that this version does not know; replay it with a "
                 "flusher as new as the ingest that wrote it");
  }
  return absl::OkStatus();
}

}  // namespace inkwell::queue
