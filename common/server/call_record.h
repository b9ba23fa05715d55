// What is told of a call: how it ended and how long it took, as metrics and in the log, and its
// span if it is traced.
#pragma once

#include <grpcpp/server_context.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "common/server/call_log.h"
#include "common/server/grpc_metrics.h"
#include "common/server/tracing.h"

namespace inkwell {

// Thread-compatible.
class CallRecord {
 public:
  // The call came in just now. `method` outlives it.
  explicit CallRecord(GrpcMethodMetrics& method) : meter_(method) {}

  void SetCaller(std::string name) { caller_ = std::move(name); }

  // Makes the call part of its caller's trace, of its metadata `traceparent`: one look-up if
  // there is none. Without a tracer (null) what it leads to continues the caller's span, so that
  // the chain is whole whoever exports.
  void ContinueTrace(Tracer* tracer, const grpc::ServerContextBase& call);

  // What the call's changes are part of; nullopt if the call is not sampled.
  [[nodiscard]] std::optional<TraceContext> trace() const {
    return trace_ && trace_->sampled ? trace_ : std::nullopt;
  }
  // Views this.
  [[nodiscard]] LoggedCall logged() const { return {meter_.method(), caller_, trace_}; }

  // To be called once, when the call's status is known.
  void End(const absl::Status& status) const;

 private:
  GrpcCallMeter meter_;
  std::string caller_;                 // the name of its token; empty: nobody asked for one
  std::optional<TraceContext> trace_;  // sampled or not
  std::unique_ptr<Span> span_;         // null if the call is not sampled, or nothing is exported
};

}  // namespace inkwell
