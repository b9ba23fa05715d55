// What both ends of the queue do before they use a connection.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/queue/layout.h"
#include "common/redis/connection.h"
#include "common/redis/url.h"

namespace inkwell::queue {

struct QueueOptions {
  redis::Url url;
  redis::ConnectOptions connect;
  std::string name_space = "comments";
  int partitions = 16;  // that the process was started with
  // Shared by copies, and so by all connections of the process.
  std::shared_ptr<KnownLayout> known_layout = std::make_shared<KnownLayout>();
};

// kFailedPrecondition if no server could be connected to with these options, as files for TLS
// are wrong, or given where they would not be used; names the flag.
[[nodiscard]] absl::Status CheckOptions(const QueueOptions& options);

struct QueueConnection {
  redis::Connection connection;
  Layout layout;
};

// Connects, agrees on the layout (the first service of a namespace sets it) and makes sure
// that every list has an epoch.
// kFailedPrecondition (PARTITIONS_DIFFER) if the process was started with a count that is
// neither the stored one nor about to become it: it is not what its operator thinks. Once it
// has agreed, whatever is stored then is right. kUnavailable otherwise.
[[nodiscard]] absl::StatusOr<QueueConnection> ConnectToQueue(const QueueOptions& options);

}  // namespace inkwell::queue
