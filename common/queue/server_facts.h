// What kind of Redis is at the other end: found out by INFO, CONFIG GET and COMMAND INFO. Of a
// cluster, what all the nodes that hold our keys have and can: they have to be connected to,
// as they are once every partition was asked for something.
#pragma once

#include "absl/status/statusor.h"
#include "common/queue/push_queue.h"
#include "common/redis/connection.h"

namespace inkwell::queue {

// All facts. A server that hides its configuration (as managed ones do) is taken to
// give no more than it shows. kUnavailable if the connection broke.
[[nodiscard]] absl::StatusOr<ServerFacts> ReadServerFacts(redis::Connection& connection);

// Those that change while connected: history_id and replicas.
[[nodiscard]] absl::Status RefreshServerFacts(redis::Connection& connection, ServerFacts& facts);

}  // namespace inkwell::queue
