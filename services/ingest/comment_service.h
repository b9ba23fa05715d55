// inkwell.v1.CommentService on gRPC's callback API: checks a request, hands its
// change to the writer, and answers when the writer does. Nothing here blocks.
#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include "common/base/clock.h"
#include "common/server/caller_check.h"
#include "common/server/grpc_metrics.h"
#include "inkwell/v1/comment_service.grpc.pb.h"
#include "services/ingest/call_context.h"
#include "services/ingest/open_streams.h"

namespace inkwell::ingest {

// A caller's deadline on the clock that the writer goes by.
[[nodiscard]] SteadyTime CallerDeadline(const grpc::CallbackServerContext& context);

// Thread-safe.
class CommentService final : public v1::CommentService::CallbackService {
 public:
  // `callers` outlives the server. `calls` is told of each call, and outlives the service.
  CommentService(const CallContext& context, const CallerCheck& callers, GrpcMetrics& calls);

  grpc::ServerUnaryReactor* CreateComment(grpc::CallbackServerContext* call,
                                          const v1::CreateCommentRequest* request,
                                          v1::CreateCommentResponse* response) override;
  grpc::ServerUnaryReactor* UpdateComment(grpc::CallbackServerContext* call,
                                          const v1::UpdateCommentRequest* request,
                                          v1::UpdateCommentResponse* response) override;
  grpc::ServerUnaryReactor* DeleteComment(grpc::CallbackServerContext* call,
                                          const v1::DeleteCommentRequest* request,
                                          v1::DeleteCommentResponse* response) override;
  grpc::ServerUnaryReactor* BatchCreateComments(grpc::CallbackServerContext* call,
                                                const v1::BatchCreateCommentsRequest* request,
                                                v1::BatchCreateCommentsResponse* response) override;
  grpc::ServerBidiReactor<v1::StreamChangesRequest, v1::StreamChangesResponse>* StreamChanges(
      grpc::CallbackServerContext* call) override;

  // Streams could go on for ever: from now on they read no more, and end as soon as what they
  // read is answered. Call it before the server is shut down.
  void StopStreams() { streams_.Stop(); }

 private:
  const CallContext context_;
  const CallerCheck& callers_;
  GrpcMethodMetrics& create_;
  GrpcMethodMetrics& update_;
  GrpcMethodMetrics& delete_;
  GrpcMethodMetrics& batch_create_;
  GrpcMethodMetrics& stream_;
  OpenStreams streams_;
};

}  // namespace inkwell::ingest
