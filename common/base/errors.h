// Errors as every surface shows them: an absl::Status whose payloads are the
// google.rpc details that a gRPC client gets. Each says what was wrong and what
// would be right. Pure functions, thread-safe.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace inkwell {

// One bad field of a request: its path ("comment.body"), and what was wrong and
// would be right.
struct FieldViolation {
  std::string field;
  std::string description;
};

// INVALID_ARGUMENT (reason INVALID_FIELDS) that names every bad field, in its
// message as in its BadRequest; of very many, as many as fit into an error.
// `violations` is not empty.
[[nodiscard]] absl::Status InvalidFields(const std::vector<FieldViolation>& violations);

// `code` with an ErrorInfo: `reason` in UPPER_SNAKE_CASE.
[[nodiscard]] absl::Status Error(absl::StatusCode code, std::string_view reason,
                                 std::string_view message);

// As Error, with a RetryInfo: the caller may try again after `delay`.
[[nodiscard]] absl::Status RetryableError(absl::StatusCode code, std::string_view reason,
                                          std::string_view message,
                                          std::chrono::milliseconds delay);

// The status with `context` and ": " before its message; code and payloads stay.
[[nodiscard]] absl::Status Annotate(const absl::Status& status, std::string_view context);

// The ErrorInfo reason of a status made by one of the above; otherwise empty.
[[nodiscard]] std::string ReasonOf(const absl::Status& status);

// Whether a call that ended so failed by the server's fault, as OpenTelemetry's conventions for
// RPC have it, rather than by its caller's.
[[nodiscard]] bool IsServersFault(absl::StatusCode code);

}  // namespace inkwell
