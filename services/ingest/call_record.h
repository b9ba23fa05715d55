// What is told of a call of CommentService: how it ended and how long it took, and its span
// if it is traced.
#pragma once

#include <grpcpp/server_context.h>

#include <memory>
#include <optional>
#include <string_view>

#include "absl/status/status.h"
#include "common/server/grpc_metrics.h"
#include "common/server/tracing.h"

namespace inkwell::ingest {

// Thread-compatible.
class CallRecord {
 public:
  // The call came in just now. `method` outlives it.
  explicit CallRecord(GrpcMethodMetrics& method) : meter_(method) {}

  // Makes the call part of its caller's trace, of its metadata `traceparent`: one look-up if
  // there is none. Without a tracer (null) its changes continue the caller's span, so that the
  // chain is whole whoever exports.
  void ContinueTrace(Tracer* tracer, const grpc::CallbackServerContext& call,
                     std::string_view method);

  [[nodiscard]] const GrpcCallMeter& meter() const { return meter_; }
  // What the call's changes are part of; nullopt if the call is not sampled.
  [[nodiscard]] const std::optional<TraceContext>& trace() const { return trace_; }

  // To be called once, when the call's status is known.
  void End(const absl::Status& status) const;

 private:
  GrpcCallMeter meter_;
  std::optional<TraceContext> trace_;
  std::unique_ptr<Span> span_;  // null if the call is not sampled, or nothing is exported
};

}  // namespace inkwell::ingest
