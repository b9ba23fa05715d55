#include "services/ingest/comment_service.h"

#include <functional>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "common/base/errors.h"
#include "common/base/proto_time.h"
#include "common/queue/change_codec.h"
#include "common/server/call_record.h"
#include "services/ingest/accept.h"
#include "services/ingest/batch_create.h"
#include "services/ingest/caller_deadline.h"

namespace inkwell::ingest {
namespace {

using Service = v1::CommentService::AsyncService;

void Refuse(OpenCall& call, const CallRecord& record, const absl::Status& status) {
  record.End(status);
  call.Finish(status);
}

// What a unary call asks for, or why it is refused.
absl::StatusOr<Durability> Check(const CallContext& context,
                                 const std::vector<FieldViolation>& violations,
                                 v1::Durability wanted) {
  absl::StatusOr<Durability> durability =
      violations.empty() ? AvailableDurability(context, wanted) : InvalidFields(violations);
  if (!durability.ok()) context.metrics.Refused(durability.status());
  return durability;
}

// One unary call between its change's submission and its answer, which deletes it. The
// response is complete but for what only the writer knows.
class Acknowledgement final : public AckSink {
 public:
  // Submits the change. `update` is the response that gets the revision, if there is one.
  static void Await(const CallContext& context, OpenCall& call, CallRecord record, ChangeKind kind,
                    AcceptedChange change, Durability durability,
                    v1::UpdateCommentResponse* update = nullptr) {
    if (const auto trace = record.trace()) queue::AppendTrace(change.entry, *trace);
    const SteadyTime deadline = CallerDeadline(call.context());
    auto* self = new Acknowledgement(context.metrics, call, std::move(record), kind, update);
    std::vector<Submission> submissions;
    submissions.push_back({change.partition, change.partitions, std::move(change.entry), durability,
                           deadline, self, 0});
    const absl::Status status = context.writer.Gather(std::move(submissions));
    // If it was taken, the answer may have come already, and `self` be gone.
    if (!status.ok()) self->End(status, 0);
  }

  void OnAnswers(std::span<const Answer> answers) override {
    End(answers.front().status, answers.front().revision);
  }

 private:
  Acknowledgement(IngestMetrics& metrics, OpenCall& call, CallRecord record, ChangeKind kind,
                  v1::UpdateCommentResponse* update)
      : metrics_(metrics), call_(call), record_(std::move(record)), kind_(kind), update_(update) {}

  void End(const absl::Status& status, std::int64_t revision) {
    const std::unique_ptr<Acknowledgement> self(this);
    if (update_ != nullptr) update_->set_revision(revision);
    if (status.ok()) {
      metrics_.Accepted(kind_, 1);
    } else {
      metrics_.Refused(status);
    }
    record_.End(status);
    call_.Finish(status);
  }

  IngestMetrics& metrics_;
  OpenCall& call_;
  const CallRecord record_;
  const ChangeKind kind_;
  v1::UpdateCommentResponse* const update_;
};

}  // namespace

CommentService::CommentService(const CallContext& context, const CallerCheck& callers,
                               GrpcMetrics& calls)
    : context_(context),
      callers_(callers),
      create_calls_(calls.Of("CreateComment")),
      update_calls_(calls.Of("UpdateComment")),
      delete_calls_(calls.Of("DeleteComment")),
      batch_create_calls_(calls.Of("BatchCreateComments")),
      create_{std::bind_front(&Service::RequestCreateComment, &service_),
              [this](auto& call) { Create(call); }},
      update_{std::bind_front(&Service::RequestUpdateComment, &service_),
              [this](auto& call) { Update(call); }},
      delete_{std::bind_front(&Service::RequestDeleteComment, &service_),
              [this](auto& call) { Delete(call); }},
      batch_create_{std::bind_front(&Service::RequestBatchCreateComments, &service_),
                    [this](auto& call) { BatchCreate(call); }},
      stream_needs_{context_, callers_, calls.Of("StreamChanges"), streams_, service_} {}

void CommentService::Await(CompletionLoop& loop) {
  CreateMethod::Call::Await(create_, loop);
  UpdateMethod::Call::Await(update_, loop);
  DeleteMethod::Call::Await(delete_, loop);
  BatchCreateMethod::Call::Await(batch_create_, loop);
  AwaitStream(stream_needs_, loop);
}

bool CommentService::Begin(OpenCall& call, CallRecord& record) const {
  if (const auto status = callers_.Check(call.context(), record); !status.ok()) {
    call.Finish(status);
    return false;
  }
  record.ContinueTrace(context_.tracer, call.context());
  return true;
}

void CommentService::Create(CreateMethod::Call& call) {
  CallRecord record(create_calls_);
  if (!Begin(call, record)) return;
  const v1::CreateCommentRequest& request = call.request();
  const auto durability =
      Check(context_, CheckCreate(request, context_.limits), request.durability());
  if (!durability.ok()) return Refuse(call, record, durability.status());
  const WallTime now = context_.clock.Now();
  const Destination destination = context_.writer.destination();
  AcceptedChange change =
      AcceptCreate(request.comment(), now, destination.preferred, destination.partitions);
  v1::Comment& comment = *call.response().mutable_comment();
  comment = request.comment();
  comment.set_comment_id(change.comment_id.ToText());
  *comment.mutable_create_time() = ToTimestamp(now);
  *comment.mutable_update_time() = ToTimestamp(now);
  comment.clear_delete_time();
  call.response().set_durability(ToProto(*durability));
  Acknowledgement::Await(context_, call, std::move(record), ChangeKind::kCreate, std::move(change),
                         *durability);
}

void CommentService::Update(UpdateMethod::Call& call) {
  CallRecord record(update_calls_);
  if (!Begin(call, record)) return;
  const v1::UpdateCommentRequest& request = call.request();
  const auto durability =
      Check(context_, CheckUpdate(request, context_.limits), request.durability());
  if (!durability.ok()) return Refuse(call, record, durability.status());
  const WallTime now = context_.clock.Now();
  v1::UpdateCommentResponse& response = call.response();
  response.set_comment_id(request.comment().comment_id());
  *response.mutable_update_time() = ToTimestamp(now);
  response.set_durability(ToProto(*durability));
  const int partitions = context_.writer.destination().partitions;
  Acknowledgement::Await(context_, call, std::move(record), ChangeKind::kUpdate,
                         AcceptUpdate(request, now, partitions), *durability, &response);
}

void CommentService::Delete(DeleteMethod::Call& call) {
  CallRecord record(delete_calls_);
  if (!Begin(call, record)) return;
  const v1::DeleteCommentRequest& request = call.request();
  const auto durability = Check(context_, CheckDelete(request), request.durability());
  if (!durability.ok()) return Refuse(call, record, durability.status());
  const WallTime now = context_.clock.Now();
  call.response().set_comment_id(request.comment_id());
  *call.response().mutable_delete_time() = ToTimestamp(now);
  call.response().set_durability(ToProto(*durability));
  const int partitions = context_.writer.destination().partitions;
  Acknowledgement::Await(context_, call, std::move(record), ChangeKind::kDelete,
                         AcceptDelete(request, now, partitions), *durability);
}

void CommentService::BatchCreate(BatchCreateMethod::Call& call) {
  CallRecord record(batch_create_calls_);
  if (!Begin(call, record)) return;
  const absl::Status status = CheckBatchSize(call.request().requests_size());
  if (!status.ok()) return Refuse(call, record, status);
  StartBatchCreate(context_, call, std::move(record), call.request(), call.response());
}

}  // namespace inkwell::ingest
