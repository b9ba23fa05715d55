// Our times as protobuf's well-known types. Pure functions, thread-safe.
#pragma once

#include <chrono>

#include "common/base/clock.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace inkwell {

[[nodiscard]] google::protobuf::Timestamp ToTimestamp(WallTime time);
[[nodiscard]] google::protobuf::Duration ToProtoDuration(std::chrono::microseconds duration);

}  // namespace inkwell
