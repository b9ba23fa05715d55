// BatchCreateComments: many creates, each of which succeeds or fails by itself.
#pragma once

#include "common/server/call_record.h"
#include "services/ingest/comment_service.h"

namespace inkwell::ingest {

// Requires a batch of a size that CheckBatchSize allows. The call ends when each
// create has its result; it fails as a whole only if none could be submitted.
[[nodiscard]] grpc::ServerUnaryReactor* StartBatchCreate(
    const CallContext& context, const grpc::CallbackServerContext& call, CallRecord record,
    const v1::BatchCreateCommentsRequest& request, v1::BatchCreateCommentsResponse& response);

}  // namespace inkwell::ingest
