#include "tests/load/outcome.h"

#include <fmt/core.h>

#include "google/rpc/error_details.pb.h"

namespace inkwell::load {
namespace {

// The codes of gRPC, google.rpc and Abseil are the same numbers.
absl::StatusCode CodeOf(int code) { return static_cast<absl::StatusCode>(code); }

Outcome FailedCall(const grpc::Status& status) {
  return {CodeOf(status.error_code()), status.error_message(), ""};
}

}  // namespace

Outcome OutcomeOf(const grpc::Status& status, const v1::CreateCommentResponse& response) {
  if (!status.ok()) return FailedCall(status);
  return {absl::StatusCode::kOk, "", response.comment().comment_id()};
}

Outcome OutcomeOf(const grpc::Status& status, const v1::BatchCreateCommentsResponse& response,
                  int index, int requests) {
  if (!status.ok()) return FailedCall(status);
  if (response.results_size() != requests) {
    return {absl::StatusCode::kInternal,
            fmt::format("the server answered {} comments with {} results", requests,
                        response.results_size()),
            ""};
  }
  const auto& result = response.results(index);
  return {CodeOf(result.code()), result.message(), result.comment_id()};
}

bool IsWorthRetrying(absl::StatusCode code) {
  return code == absl::StatusCode::kUnavailable || code == absl::StatusCode::kResourceExhausted ||
         code == absl::StatusCode::kDeadlineExceeded;
}

std::optional<std::chrono::milliseconds> RetryDelay(const grpc::Status& status) {
  google::rpc::Status details;
  if (!details.ParseFromString(status.error_details())) return std::nullopt;
  for (const auto& detail : details.details()) {
    google::rpc::RetryInfo info;
    if (!detail.UnpackTo(&info)) continue;
    const auto& delay = info.retry_delay();
    return std::chrono::seconds(delay.seconds()) +
           std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::nanoseconds(delay.nanos()));
  }
  return std::nullopt;
}

}  // namespace inkwell::load
