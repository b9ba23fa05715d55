// What a server's answer says of each comment of a call.
#pragma once

#include <grpcpp/support/status.h>

#include <chrono>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "inkwell/v1/comment_service.pb.h"

namespace inkwell::load {

struct Outcome {
  absl::StatusCode code = absl::StatusCode::kOk;
  std::string message;
  std::string comment_id;  // of an acknowledged comment
};

// Of a unary call.
[[nodiscard]] Outcome OutcomeOf(const grpc::Status& status,
                                const v1::CreateCommentResponse& response);
// Of comment `index` of a batch call of `requests` comments.
[[nodiscard]] Outcome OutcomeOf(const grpc::Status& status,
                                const v1::BatchCreateCommentsResponse& response, int index,
                                int requests);

// Whether sending the same comment again can succeed, and, thanks to its id, does
// no harm should it have been accepted already.
[[nodiscard]] bool IsWorthRetrying(absl::StatusCode code);

// The delay of the RetryInfo among the status' details, if it has one.
[[nodiscard]] std::optional<std::chrono::milliseconds> RetryDelay(const grpc::Status& status);

}  // namespace inkwell::load
