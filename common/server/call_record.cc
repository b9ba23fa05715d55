#include "common/server/call_record.h"

namespace inkwell {

void CallRecord::ContinueTrace(Tracer* tracer, const grpc::ServerContextBase& call) {
  const auto& metadata = call.client_metadata();
  if (const auto found = metadata.find("traceparent"); found != metadata.end()) {
    trace_ = TraceContext::FromTraceparent({found->second.data(), found->second.size()});
  }
  if (tracer == nullptr) return;
  const auto& method = meter_.method();
  span_ = tracer->StartCall(method.service()->full_name(), method.name(), trace_);
  if (span_ != nullptr) trace_ = span_->context();
}

void CallRecord::End(const absl::Status& status) const {
  const auto took = meter_.End(status.code());
  if (span_ != nullptr) span_->SetStatus(status);
  LogCallEnd(logged(), status, took);
}

}  // namespace inkwell
