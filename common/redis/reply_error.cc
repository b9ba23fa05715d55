#include "common/redis/reply_error.h"

#include <fmt/core.h>

#include <chrono>

#include "common/base/errors.h"

namespace inkwell::redis {

using std::chrono::milliseconds;

absl::Status FromReplyError(std::string_view error) {
  const std::string_view code = error.substr(0, error.find(' '));
  if (code == "OOM") {
    return RetryableError(absl::StatusCode::kResourceExhausted, "REDIS_OUT_OF_MEMORY",
                          fmt::format("Redis is full: {}", error), milliseconds(1000));
  }
  return Unavailable(fmt::format("Redis refused: {}", error));
}

absl::Status Unavailable(std::string_view what) {
  return RetryableError(absl::StatusCode::kUnavailable, "REDIS_UNAVAILABLE", what,
                        milliseconds(500));
}

}  // namespace inkwell::redis
