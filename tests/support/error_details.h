// What a failed call says beside its code and message, read as any client would.
#pragma once

#include <grpcpp/support/status.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace inkwell::testing {

struct ErrorDetails {
  std::string reason;               // ErrorInfo's, if its domain is ours
  std::vector<std::string> fields;  // BadRequest's, in order
  std::optional<std::chrono::milliseconds> retry_delay;
};

// Throws if they can't be read: a client couldn't either.
[[nodiscard]] ErrorDetails DetailsOf(const grpc::Status& status);

}  // namespace inkwell::testing
