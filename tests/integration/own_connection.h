// A connection to a service, for tests of what connections may do.
#pragma once

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <memory>
#include <string>

#include "tests/support/service_process.h"

namespace inkwell::testing {

// A connection that nobody else has.
inline std::shared_ptr<grpc::Channel> ConnectTo(const ServiceProcess& service) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(service.port()),
                                   grpc::InsecureChannelCredentials(), arguments);
}

}  // namespace inkwell::testing
