// What trouble with Redis means for whoever asked.
#pragma once

#include <string_view>

#include "absl/status/status.h"

namespace inkwell::redis {

// Maps "-CODE text" (given without the dash):
//   OOM                              kResourceExhausted: full, nothing was written
//   LOADING READONLY MASTERDOWN BUSY
//   MISCONF NOREPLICAS TRYAGAIN CLUSTERDOWN … and anything unknown
//                                    kUnavailable: this server can't serve us now
// Configuration faults (NOAUTH, WRONGPASS, NOPERM) are kUnavailable too: they are
// mended on the server, and nothing else is lost by waiting for that.
[[nodiscard]] absl::Status FromReplyError(std::string_view error);

// kUnavailable (REDIS_UNAVAILABLE), to be tried again soon: `what` kept us from an answer.
[[nodiscard]] absl::Status Unavailable(std::string_view what);

}  // namespace inkwell::redis
