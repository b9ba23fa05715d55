#include "services/ingest/comment_service.h"

#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "common/base/errors.h"
#include "common/base/proto_time.h"
#include "common/queue/change_codec.h"
#include "common/server/call_record.h"
#include "common/server/grpc_status.h"
#include "services/ingest/accept.h"
#include "services/ingest/batch_create.h"
#include "services/ingest/stream_changes.h"

namespace inkwell::ingest {
namespace {

grpc::ServerUnaryReactor* Refuse(grpc::CallbackServerContext& call, const CallRecord& record,
                                 const absl::Status& status) {
  record.End(status);
  auto* reactor = call.DefaultReactor();
  reactor->Finish(ToGrpcStatus(status));
  return reactor;
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
//
// It ends gRPC's own reactor rather than be one: that one's OnDone runs where it comes up,
// while gRPC hands any other's to a thread of its executor, for a sixth of the server's time.
class UnaryCall final : public AckSink {
 public:
  // Submits the change. `update` is the response that gets the revision, if there is one.
  static grpc::ServerUnaryReactor* Start(const CallContext& context,
                                         grpc::CallbackServerContext& call, CallRecord record,
                                         ChangeKind kind, AcceptedChange change,
                                         Durability durability,
                                         v1::UpdateCommentResponse* update = nullptr) {
    if (const auto trace = record.trace()) queue::AppendTrace(change.entry, *trace);
    auto* reactor = call.DefaultReactor();
    auto* self = new UnaryCall(context.metrics, *reactor, std::move(record), kind, update);
    std::vector<Submission> submissions;
    submissions.push_back(
        {change.partition, std::move(change.entry), durability, CallerDeadline(call), self, 0});
    const absl::Status status = context.writer.Submit(std::move(submissions));
    // If it was taken, the answer may have come already, and `self` be gone.
    if (!status.ok()) self->End(status, 0);
    return reactor;
  }

  void OnAnswers(std::span<const Answer> answers) override {
    End(answers.front().status, answers.front().revision);
  }

 private:
  UnaryCall(IngestMetrics& metrics, grpc::ServerUnaryReactor& reactor, CallRecord record,
            ChangeKind kind, v1::UpdateCommentResponse* update)
      : metrics_(metrics),
        reactor_(reactor),
        record_(std::move(record)),
        kind_(kind),
        update_(update) {}

  void End(const absl::Status& status, std::int64_t revision) {
    const std::unique_ptr<UnaryCall> self(this);
    if (update_ != nullptr) update_->set_revision(revision);
    if (status.ok()) {
      metrics_.Accepted(kind_, 1);
    } else {
      metrics_.Refused(status);
    }
    record_.End(status);
    reactor_.Finish(ToGrpcStatus(status));
  }

  IngestMetrics& metrics_;
  grpc::ServerUnaryReactor& reactor_;
  const CallRecord record_;
  const ChangeKind kind_;
  v1::UpdateCommentResponse* const update_;
};

}  // namespace

SteadyTime CallerDeadline(const grpc::CallbackServerContext& context) {
  const auto deadline = context.deadline();
  if (deadline == std::chrono::system_clock::time_point::max()) return SteadyTime::max();
  return std::chrono::steady_clock::now() + (deadline - std::chrono::system_clock::now());
}

CommentService::CommentService(const CallContext& context, const CallerCheck& callers,
                               GrpcMetrics& calls)
    : context_(context),
      callers_(callers),
      create_(calls.Of("CreateComment")),
      update_(calls.Of("UpdateComment")),
      delete_(calls.Of("DeleteComment")),
      batch_create_(calls.Of("BatchCreateComments")),
      stream_(calls.Of("StreamChanges")) {}

grpc::ServerUnaryReactor* CommentService::CreateComment(grpc::CallbackServerContext* call,
                                                        const v1::CreateCommentRequest* request,
                                                        v1::CreateCommentResponse* response) {
  CallRecord record(create_);
  if (auto* refused = callers_.Refuse(*call, record)) return refused;
  record.ContinueTrace(context_.tracer, *call);
  const auto durability =
      Check(context_, CheckCreate(*request, context_.limits), request->durability());
  if (!durability.ok()) return Refuse(*call, record, durability.status());
  const WallTime now = context_.clock.Now();
  AcceptedChange change = AcceptCreate(request->comment(), now,
                                       context_.writer.PreferredPartition(), context_.partitions);
  v1::Comment& comment = *response->mutable_comment();
  comment = request->comment();
  comment.set_comment_id(change.comment_id.ToText());
  *comment.mutable_create_time() = ToTimestamp(now);
  *comment.mutable_update_time() = ToTimestamp(now);
  comment.clear_delete_time();
  response->set_durability(ToProto(*durability));
  return UnaryCall::Start(context_, *call, std::move(record), ChangeKind::kCreate,
                          std::move(change), *durability);
}

grpc::ServerUnaryReactor* CommentService::UpdateComment(grpc::CallbackServerContext* call,
                                                        const v1::UpdateCommentRequest* request,
                                                        v1::UpdateCommentResponse* response) {
  CallRecord record(update_);
  if (auto* refused = callers_.Refuse(*call, record)) return refused;
  record.ContinueTrace(context_.tracer, *call);
  const auto durability =
      Check(context_, CheckUpdate(*request, context_.limits), request->durability());
  if (!durability.ok()) return Refuse(*call, record, durability.status());
  const WallTime now = context_.clock.Now();
  response->set_comment_id(request->comment().comment_id());
  *response->mutable_update_time() = ToTimestamp(now);
  response->set_durability(ToProto(*durability));
  return UnaryCall::Start(context_, *call, std::move(record), ChangeKind::kUpdate,
                          AcceptUpdate(*request, now, context_.partitions), *durability, response);
}

grpc::ServerUnaryReactor* CommentService::DeleteComment(grpc::CallbackServerContext* call,
                                                        const v1::DeleteCommentRequest* request,
                                                        v1::DeleteCommentResponse* response) {
  CallRecord record(delete_);
  if (auto* refused = callers_.Refuse(*call, record)) return refused;
  record.ContinueTrace(context_.tracer, *call);
  const auto durability = Check(context_, CheckDelete(*request), request->durability());
  if (!durability.ok()) return Refuse(*call, record, durability.status());
  const WallTime now = context_.clock.Now();
  response->set_comment_id(request->comment_id());
  *response->mutable_delete_time() = ToTimestamp(now);
  response->set_durability(ToProto(*durability));
  return UnaryCall::Start(context_, *call, std::move(record), ChangeKind::kDelete,
                          AcceptDelete(*request, now, context_.partitions), *durability);
}

grpc::ServerUnaryReactor* CommentService::BatchCreateComments(
    grpc::CallbackServerContext* call, const v1::BatchCreateCommentsRequest* request,
    v1::BatchCreateCommentsResponse* response) {
  CallRecord record(batch_create_);
  if (auto* refused = callers_.Refuse(*call, record)) return refused;
  record.ContinueTrace(context_.tracer, *call);
  const absl::Status status = CheckBatchSize(request->requests_size());
  if (!status.ok()) return Refuse(*call, record, status);
  return StartBatchCreate(context_, *call, std::move(record), *request, *response);
}

grpc::ServerBidiReactor<v1::StreamChangesRequest, v1::StreamChangesResponse>*
CommentService::StreamChanges(grpc::CallbackServerContext* call) {
  CallRecord record(stream_);
  if (auto status = callers_.Check(*call, record); !status.ok()) return RefuseStream(status);
  record.ContinueTrace(context_.tracer, *call);
  return StartStreamChanges(context_, *call, std::move(record), streams_);
}

}  // namespace inkwell::ingest
