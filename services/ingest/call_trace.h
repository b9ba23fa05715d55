// A call's place in its caller's trace.
#pragma once

#include <grpcpp/server_context.h>

#include <memory>
#include <optional>
#include <string_view>

#include "common/server/tracing.h"

namespace inkwell::ingest {

struct CallTrace {
  // What the call's changes are part of; nullopt if the call is not sampled.
  std::optional<TraceContext> context;
  // The call's own; null if it is not sampled, or nothing is exported.
  std::unique_ptr<Span> span;
};

// Of a call of CommentService that begins, from its metadata `traceparent`: one look-up if
// there is none. Without a tracer (null) its changes continue the caller's span, so that the
// chain is whole whoever exports. Thread-safe.
[[nodiscard]] CallTrace ContinueTrace(Tracer* tracer, const grpc::CallbackServerContext& call,
                                      std::string_view method);

}  // namespace inkwell::ingest
