#include "services/ingest/accept_message.h"

#include <string>
#include <string_view>
#include <utility>

#include "services/ingest/accept.h"

namespace inkwell::ingest {
namespace {

using Change = v1::TaggedChange::ChangeCase;

// What is wrong with a change; paths are those within its TaggedChange.
std::vector<FieldViolation> Check(const CallContext& context, const v1::TaggedChange& change) {
  switch (change.change_case()) {
    case Change::kCreate:
      return CheckCreate(change.create(), context.limits, "create.");
    case Change::kUpdate:
      return CheckUpdate(change.update(), context.limits, "update.");
    case Change::kDelete:
      return CheckDelete(change.delete_(), "delete.");
    case Change::CHANGE_NOT_SET:
      break;
  }
  return {{"change", "is missing; expected create, update or delete"}};
}

v1::Durability WantedDurability(const v1::TaggedChange& change) {
  if (change.has_create()) return change.create().durability();
  return change.has_update() ? change.update().durability() : change.delete_().durability();
}

std::string_view GivenId(const v1::TaggedChange& change) {
  if (change.has_create()) return change.create().comment().comment_id();
  return change.has_update() ? change.update().comment().comment_id()
                             : change.delete_().comment_id();
}

ChangeKind KindOf(const v1::TaggedChange& change) {
  if (change.has_update()) return ChangeKind::kUpdate;
  return change.has_delete_() ? ChangeKind::kDelete : ChangeKind::kCreate;
}

absl::StatusOr<Submission> Accept(const CallContext& context, const v1::TaggedChange& change,
                                  WallTime now, Destination destination, StreamedResult& result) {
  const auto violations = Check(context, change);
  if (!violations.empty()) return InvalidFields(violations);
  const auto durability = AvailableDurability(context, WantedDurability(change));
  if (!durability.ok()) return durability.status();
  AcceptedChange accepted =
      change.has_create()   ? AcceptCreate(change.create().comment(), now, destination.preferred,
                                           destination.partitions)
      : change.has_update() ? AcceptUpdate(change.update(), now, destination.partitions)
                            : AcceptDelete(change.delete_(), now, destination.partitions);
  result.comment_id = accepted.comment_id;
  // Asked change by change, since the writer takes all of a message or none.
  const absl::Status room = context.writer.CheckBacklog(accepted.partition);
  if (!room.ok()) return room;
  return Submission{.partition = accepted.partition,
                    .partitions = accepted.partitions,
                    .entry = std::move(accepted.entry),
                    .durability = *durability};
}

}  // namespace

AcceptedMessage AcceptMessage(const CallContext& context, SteadyTime deadline,
                              const v1::StreamChangesRequest& request) {
  const WallTime now = context.clock.Now();
  const Destination destination = context.writer.destination();
  AcceptedMessage message;
  for (const auto& change : request.changes()) {
    StreamedResult result;
    result.tag = change.tag();
    result.accept_time = now;
    auto submission = Accept(context, change, now, destination, result);
    if (submission.ok()) {
      result.bytes = static_cast<std::int64_t>(submission->entry.size());
      submission->caller_deadline = deadline;
      submission->index = message.submissions.size();
      message.submissions.push_back(*std::move(submission));
      message.kinds.push_back(KindOf(change));
    } else {
      result.comment_id = Uuid::FromText(GivenId(change));
      result.status = submission.status();
      result.bytes = static_cast<std::int64_t>(result.status.message().size());
      context.metrics.Refused(result.status);
    }
    message.bytes += result.bytes;
    (submission.ok() ? message.results : message.refused).push_back(std::move(result));
  }
  return message;
}

}  // namespace inkwell::ingest
