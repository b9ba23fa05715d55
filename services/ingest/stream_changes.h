// StreamChanges: a ChangeStream on gRPC.
#pragma once

#include "common/server/caller_check.h"
#include "common/server/completion_loop.h"
#include "common/server/grpc_metrics.h"
#include "inkwell/v1/comment_service.grpc.pb.h"
#include "services/ingest/call_context.h"
#include "services/ingest/open_streams.h"

namespace inkwell::ingest {

// All of it outlives the server.
struct StreamNeeds {
  const CallContext& context;
  const CallerCheck& callers;
  GrpcMethodMetrics& calls;
  OpenStreams& streams;  // has those that are open
  v1::CommentService::AsyncService& service;
};

// Waits for a stream on `loop`; when it has come, for the next.
void AwaitStream(const StreamNeeds& needs, CompletionLoop& loop);

}  // namespace inkwell::ingest
