// inkwell.v1.CommentService: checks a request, hands its change to the writer, and answers
// when the writer does. Nothing here blocks.
#pragma once

#include <grpcpp/server_context.h>

#include "common/server/async_service.h"
#include "common/server/call_record.h"
#include "common/server/caller_check.h"
#include "common/server/grpc_metrics.h"
#include "common/server/unary_call.h"
#include "inkwell/v1/comment_service.grpc.pb.h"
#include "services/ingest/call_context.h"
#include "services/ingest/open_streams.h"
#include "services/ingest/stream_changes.h"

namespace inkwell::ingest {

// Thread-safe. Outlives the server.
class CommentService final : public AsyncService {
 public:
  // `calls` is told of each call. It and `callers` outlive the service.
  CommentService(const CallContext& context, const CallerCheck& callers, GrpcMetrics& calls);

  grpc::Service& service() override { return service_; }
  void Await(CompletionLoop& loop) override;

  // Streams could go on for ever: from now on they read no more, and end as soon as what they
  // read is answered. Call it before the server is shut down.
  void StopStreams() { streams_.Stop(); }

 private:
  using CreateMethod = UnaryMethod<v1::CreateCommentRequest, v1::CreateCommentResponse>;
  using UpdateMethod = UnaryMethod<v1::UpdateCommentRequest, v1::UpdateCommentResponse>;
  using DeleteMethod = UnaryMethod<v1::DeleteCommentRequest, v1::DeleteCommentResponse>;
  using BatchCreateMethod =
      UnaryMethod<v1::BatchCreateCommentsRequest, v1::BatchCreateCommentsResponse>;

  void Create(CreateMethod::Call& call);
  void Update(UpdateMethod::Call& call);
  void Delete(DeleteMethod::Call& call);
  void BatchCreate(BatchCreateMethod::Call& call);

  // Whether the call may go on; else it has ended.
  [[nodiscard]] bool Begin(OpenCall& call, CallRecord& record) const;

  const CallContext context_;
  const CallerCheck& callers_;
  GrpcMethodMetrics& create_calls_;
  GrpcMethodMetrics& update_calls_;
  GrpcMethodMetrics& delete_calls_;
  GrpcMethodMetrics& batch_create_calls_;
  OpenStreams streams_;
  v1::CommentService::AsyncService service_;
  const CreateMethod create_;
  const UpdateMethod update_;
  const DeleteMethod delete_;
  const BatchCreateMethod batch_create_;
  const StreamNeeds stream_needs_;
};

}  // namespace inkwell::ingest
