// What the log tells of calls. Without gRPC.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "common/base/trace_context.h"
#include "common/server/log_fields.h"

namespace google::protobuf {
class MethodDescriptor;
}

namespace inkwell {

// Views what it describes.
struct LoggedCall {
  const google::protobuf::MethodDescriptor& method;
  std::string_view caller;  // the name of its token; empty: nobody asked for one
  std::optional<TraceContext> trace;
};

// Gives each line that this thread logs the call's fields, as long as this lives: method, caller,
// trace_id, and `more`.
class WithCallFields {
 public:
  explicit WithCallFields(const LoggedCall& call, std::vector<LogField> more = {});

 private:
  const std::string method_;
  const std::string trace_id_;
  const std::vector<LogField> fields_;
  const WithLogFields with_;
};

// Logs how a call ended: each at debug level; and as a warning, one a second, what failed by our
// fault (IsServersFault). Costs next to nothing where neither is the case. What a caller did wrong
// is told by its reason alone, since the message may quote it. Thread-safe.
void LogCallEnd(const LoggedCall& call, const absl::Status& status, std::chrono::nanoseconds took);

}  // namespace inkwell
