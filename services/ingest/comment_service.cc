#include "services/ingest/comment_service.h"

#include <utility>
#include <vector>

#include "common/base/errors.h"
#include "common/base/proto_time.h"
#include "common/server/grpc_status.h"
#include "services/ingest/accept_create.h"
#include "services/ingest/batch_create.h"

namespace inkwell::ingest {
namespace {

absl::Status CheckRequest(const v1::CreateCommentRequest& request, const Limits& limits) {
  const auto violations = CheckCreate(request, limits);
  if (!violations.empty()) return InvalidFields(violations);
  return CheckDurability(request.durability());
}

grpc::ServerUnaryReactor* Refuse(grpc::CallbackServerContext& call, const absl::Status& status) {
  auto* reactor = call.DefaultReactor();
  reactor->Finish(ToGrpcStatus(status));
  return reactor;
}

absl::Status NotBuiltYet() {
  return Error(absl::StatusCode::kUnimplemented, "UNIMPLEMENTED",
               "this version has CreateComment and BatchCreateComments only");
}

// One unary create between its request and its answer. Owned by gRPC, which ends it.
class CreateCall final : public grpc::ServerUnaryReactor, public AckSink {
 public:
  CreateCall(const CallContext& context, const grpc::CallbackServerContext& call,
             const v1::CreateCommentRequest& request, v1::CreateCommentResponse& response) {
    const WallTime now = context.clock.Now();
    AcceptedCreate accepted = AcceptCreate(request.comment(), now,
                                           context.writer.PreferredPartition(), context.partitions);
    v1::Comment& comment = *response.mutable_comment();
    comment = request.comment();
    comment.set_comment_id(accepted.comment_id.ToText());
    *comment.mutable_create_time() = ToTimestamp(now);
    *comment.mutable_update_time() = ToTimestamp(now);
    comment.clear_delete_time();
    response.set_durability(v1::DURABILITY_ENQUEUED);

    std::vector<Submission> submissions;
    submissions.push_back(
        {accepted.partition, std::move(accepted.entry), CallerDeadline(call), this, 0});
    const absl::Status status = context.writer.Submit(std::move(submissions));
    if (!status.ok()) Finish(ToGrpcStatus(status));
    // Nothing after this: the answer may have come already.
  }

  void OnAck(std::size_t /*index*/, const absl::Status& status) override {
    Finish(ToGrpcStatus(status));
  }
  void OnDone() override { delete this; }
};

class RefusedStream final
    : public grpc::ServerBidiReactor<v1::StreamChangesRequest, v1::StreamChangesResponse> {
 public:
  explicit RefusedStream(const absl::Status& status) { Finish(ToGrpcStatus(status)); }
  void OnDone() override { delete this; }
};

}  // namespace

SteadyTime CallerDeadline(const grpc::CallbackServerContext& context) {
  const auto deadline = context.deadline();
  if (deadline == std::chrono::system_clock::time_point::max()) return SteadyTime::max();
  return std::chrono::steady_clock::now() + (deadline - std::chrono::system_clock::now());
}

grpc::ServerUnaryReactor* CommentService::CreateComment(grpc::CallbackServerContext* call,
                                                        const v1::CreateCommentRequest* request,
                                                        v1::CreateCommentResponse* response) {
  const absl::Status status = CheckRequest(*request, context_.limits);
  if (!status.ok()) {
    context_.metrics.Refused(status);
    return Refuse(*call, status);
  }
  return new CreateCall(context_, *call, *request, *response);
}

grpc::ServerUnaryReactor* CommentService::BatchCreateComments(
    grpc::CallbackServerContext* call, const v1::BatchCreateCommentsRequest* request,
    v1::BatchCreateCommentsResponse* response) {
  const absl::Status status = CheckBatchSize(request->requests_size());
  if (!status.ok()) return Refuse(*call, status);
  return StartBatchCreate(context_, *call, *request, *response);
}

grpc::ServerUnaryReactor* CommentService::UpdateComment(grpc::CallbackServerContext* call,
                                                        const v1::UpdateCommentRequest* /*request*/,
                                                        v1::UpdateCommentResponse* /*response*/) {
  return Refuse(*call, NotBuiltYet());
}

grpc::ServerUnaryReactor* CommentService::DeleteComment(grpc::CallbackServerContext* call,
                                                        const v1::DeleteCommentRequest* /*request*/,
                                                        v1::DeleteCommentResponse* /*response*/) {
  return Refuse(*call, NotBuiltYet());
}

grpc::ServerBidiReactor<v1::StreamChangesRequest, v1::StreamChangesResponse>*
CommentService::StreamChanges(grpc::CallbackServerContext* /*call*/) {
  return new RefusedStream(NotBuiltYet());
}

}  // namespace inkwell::ingest
