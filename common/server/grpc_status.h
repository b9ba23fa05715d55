// The one place where our statuses become gRPC's.
#pragma once

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace inkwell {

// Code and message as they are (the codes are numbered alike); payloads travel as
// google.rpc.Status in grpc-status-details-bin, as every gRPC client knows them.
[[nodiscard]] grpc::Status ToGrpcStatus(const absl::Status& status);

}  // namespace inkwell
