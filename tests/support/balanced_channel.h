// A channel as clients are told to make one: over all servers at once, by the service config
// that is shipped to them.
#pragma once

#include <grpcpp/channel.h>

#include <memory>
#include <vector>

#include "tests/support/service_process.h"

namespace inkwell::testing {

// By deploy/client/service_config.json. Throws if that is not to be read.
[[nodiscard]] std::shared_ptr<grpc::Channel> BalancedChannel(
    const std::vector<const ServiceProcess*>& servers);

}  // namespace inkwell::testing
