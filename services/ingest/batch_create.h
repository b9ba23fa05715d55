// BatchCreateComments: many creates, each of which succeeds or fails by itself.
#pragma once

#include "common/server/call_record.h"
#include "common/server/unary_call.h"
#include "inkwell/v1/comment_service.pb.h"
#include "services/ingest/call_context.h"

namespace inkwell::ingest {

// Requires a batch of a size that CheckBatchSize allows. The call ends when each
// create has its result; it fails as a whole only if none could be submitted.
// Request and response are those of `call`.
void StartBatchCreate(const CallContext& context, OpenCall& call, CallRecord record,
                      const v1::BatchCreateCommentsRequest& request,
                      v1::BatchCreateCommentsResponse& response);

}  // namespace inkwell::ingest
