#include "tests/support/balanced_channel.h"

#include <fmt/format.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace inkwell::testing {

std::shared_ptr<grpc::Channel> BalancedChannel(const std::vector<const ServiceProcess*>& servers) {
  std::ifstream file(INKWELL_SERVICE_CONFIG);
  const std::string config(std::istreambuf_iterator<char>(file), {});
  if (config.empty()) throw std::runtime_error("can't read " INKWELL_SERVICE_CONFIG);
  grpc::ChannelArguments arguments;
  arguments.SetServiceConfigJSON(config);
  // Else one that was restarted may not be tried for a second.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  std::string target = "ipv4:";
  for (const auto* server : servers) target += fmt::format("127.0.0.1:{},", server->port());
  target.pop_back();
  return grpc::CreateCustomChannel(target, grpc::InsecureChannelCredentials(), arguments);
}

}  // namespace inkwell::testing
