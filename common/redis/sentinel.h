// Finding a master by asking Redis Sentinels
// (https://redis.io/docs/latest/develop/reference/sentinel-clients). Thread-safe.
//
// The first sentinel whose answer leads to a server that says it is a master decides. So one
// that is behind the others (cut off from them, say) can lead to a master that was demoted, or
// soon will be: what is pushed there is pushed again once that is over, as after any loss
// of history.
//
// Users and passwords in the URL are the master's. A sentinel gets them only if it demands
// some.
#pragma once

#include "absl/status/statusor.h"
#include "common/redis/server_connection.h"
#include "common/redis/url.h"

namespace inkwell::redis {

// A connection to the master that `url`'s sentinels name, as ServerConnection::Connect.
// kUnavailable tells what each of them said.
[[nodiscard]] absl::StatusOr<ServerConnection> ConnectToMaster(const Url& url,
                                                               const ConnectOptions& options);

}  // namespace inkwell::redis
