// A connection to a service, for tests of what connections may do.
#pragma once

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "tests/support/service_process.h"

namespace inkwell::testing {

// A connection that nobody else has. It is there on return: gRPC 1.51 can take another call's
// errno for that of connect(2), fails the calls that wait for it, and tries again a second later.
inline std::shared_ptr<grpc::Channel> ConnectTo(const ServiceProcess& service) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  const auto channel = grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(service.port()),
                                                 grpc::InsecureChannelCredentials(), arguments);
  if (!channel->WaitForConnected(PatientDeadline())) throw std::runtime_error("can't connect");
  return channel;
}

}  // namespace inkwell::testing
