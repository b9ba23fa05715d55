#include "services/ingest/call_trace.h"

namespace inkwell::ingest {

CallTrace ContinueTrace(Tracer* tracer, const grpc::CallbackServerContext& call,
                        std::string_view method) {
  std::optional<TraceContext> caller;
  const auto& metadata = call.client_metadata();
  if (const auto found = metadata.find("traceparent"); found != metadata.end()) {
    caller = TraceContext::FromTraceparent({found->second.data(), found->second.size()});
  }
  CallTrace trace;
  if (tracer != nullptr) {
    trace.span = tracer->StartCall("inkwell.v1.CommentService", method, caller);
    if (trace.span != nullptr) trace.context = trace.span->context();
  } else if (caller && caller->sampled) {
    trace.context = caller;
  }
  return trace;
}

}  // namespace inkwell::ingest
