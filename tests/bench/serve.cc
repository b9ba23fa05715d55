#include "tests/bench/serve.h"

#include <fmt/core.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "absl/flags/flag.h"
#include "common/base/signals.h"
#include "common/server/common_flags.h"
#include "common/server/grpc_server.h"

namespace inkwell::bench {

int ServeComments(grpc::Service& service) {
  GrpcServerOptions options;
  options.listen = {"127.0.0.1", 0};
  options.port_file = absl::GetFlag(FLAGS_port_file);
  const auto server = GrpcServer::Start(options, {{"inkwell.v1.CommentService", &service}});
  if (!server.ok()) {
    fmt::print(stderr, "{}\n", std::string(server.status().message()));
    return EXIT_FAILURE;
  }
  (*server)->SetServing(true);
  AwaitTermination();
  (*server)->Shutdown(std::chrono::seconds(1));
  return EXIT_SUCCESS;
}

}  // namespace inkwell::bench
