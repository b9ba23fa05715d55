// inkwell.v1.CommentService on gRPC's callback API: checks a request, hands its
// change to the writer, and answers when the writer does. Nothing here blocks.
#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include "common/base/clock.h"
#include "inkwell/v1/comment_service.grpc.pb.h"
#include "services/ingest/ingest_metrics.h"
#include "services/ingest/push_writer.h"
#include "services/ingest/validate.h"

namespace inkwell::ingest {

// What every call needs. All of it outlives the server.
struct CallContext {
  PushWriter& writer;
  const Clock& clock;
  IngestMetrics& metrics;
  Limits limits;
  int partitions = 16;
  Durability default_durability = Durability::kEnqueued;
};

// A caller's deadline on the clock that the writer goes by.
[[nodiscard]] SteadyTime CallerDeadline(const grpc::CallbackServerContext& context);

// What was asked for, if this server can give it; else why not.
[[nodiscard]] absl::StatusOr<Durability> AvailableDurability(const CallContext& context,
                                                             v1::Durability wanted);

// Thread-safe.
class CommentService final : public v1::CommentService::CallbackService {
 public:
  explicit CommentService(const CallContext& context) : context_(context) {}

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
  // Not built yet.
  grpc::ServerBidiReactor<v1::StreamChangesRequest, v1::StreamChangesResponse>* StreamChanges(
      grpc::CallbackServerContext* call) override;

 private:
  const CallContext context_;
};

}  // namespace inkwell::ingest
