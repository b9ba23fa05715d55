// StreamChanges: a ChangeStream on gRPC's callback API.
#pragma once

#include "common/server/call_record.h"
#include "services/ingest/comment_service.h"

namespace inkwell::ingest {

// The stream is among `streams` while it is open.
[[nodiscard]] grpc::ServerBidiReactor<v1::StreamChangesRequest, v1::StreamChangesResponse>*
StartStreamChanges(const CallContext& context, const grpc::CallbackServerContext& call,
                   CallRecord record, OpenStreams& streams);

// A stream that ends with `status` before it began.
[[nodiscard]] grpc::ServerBidiReactor<v1::StreamChangesRequest, v1::StreamChangesResponse>*
RefuseStream(const absl::Status& status);

}  // namespace inkwell::ingest
