// What both ends of the queue do before they use a connection.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "common/redis/connection.h"
#include "common/redis/url.h"

namespace inkwell::queue {

struct QueueOptions {
  redis::Url url;
  redis::ConnectOptions connect;
  std::string name_space = "comments";
  int partitions = 16;
};

// kFailedPrecondition if no server could be connected to with these options, as files for TLS
// are wrong, or given where they would not be used; names the flag.
[[nodiscard]] absl::Status CheckOptions(const QueueOptions& options);

// Connects, agrees on the partition count (the first service of a namespace sets
// it) and makes sure that every partition has an epoch.
// kFailedPrecondition (PARTITIONS_DIFFER) if another count is stored: changes of a
// comment would be spread over two lists. kUnavailable otherwise.
[[nodiscard]] absl::StatusOr<redis::Connection> ConnectToQueue(const QueueOptions& options);

}  // namespace inkwell::queue
