// Flags that both services have. design.md §7 is their contract.
#pragma once

#include <string>

#include "absl/flags/declare.h"
#include "common/queue/connect.h"
#include "common/queue/partition.h"
#include "common/server/flag_types.h"
#include "common/server/grpc_limits.h"
#include "common/server/tls_files.h"
#include "common/server/token_file.h"

namespace inkwell {

using PartitionCount = IntIn<1, queue::kMaxPartitions>;
using DrainTimeout = DurationIn<0, 3'600'000>;

// The queue that --redis, --namespace and --partitions describe.
[[nodiscard]] queue::QueueOptions QueueOptionsFromFlags();

// What the gRPC port is protected with, as the flags say.
[[nodiscard]] GrpcLimits GrpcLimitsFromFlags();
[[nodiscard]] TlsFiles TlsFilesFromFlags();
[[nodiscard]] AuthOptions AuthOptionsFromFlags();

// Sets the log up as --log_format and --log_level say.
void InitLogFromFlags(std::string_view service);

}  // namespace inkwell

ABSL_DECLARE_FLAG(inkwell::DrainTimeout, drain_timeout);
ABSL_DECLARE_FLAG(std::string, port_file);
ABSL_DECLARE_FLAG(std::string, http_port_file);
