#include "services/ingest/call_record.h"

namespace inkwell::ingest {

void CallRecord::ContinueTrace(Tracer* tracer, const grpc::CallbackServerContext& call,
                               std::string_view method) {
  std::optional<TraceContext> caller;
  const auto& metadata = call.client_metadata();
  if (const auto found = metadata.find("traceparent"); found != metadata.end()) {
    caller = TraceContext::FromTraceparent({found->second.data(), found->second.size()});
  }
  if (tracer != nullptr) {
    span_ = tracer->StartCall("inkwell.v1.CommentService", method, caller);
    if (span_ != nullptr) trace_ = span_->context();
  } else if (caller && caller->sampled) {
    trace_ = caller;
  }
}

void CallRecord::End(const absl::Status& status) const {
  meter_.End(status.code());
  if (span_ != nullptr) span_->SetStatus(status);
}

}  // namespace inkwell::ingest
