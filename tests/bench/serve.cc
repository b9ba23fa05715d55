#include "tests/bench/serve.h"

#include <fmt/core.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/server_builder.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "absl/flags/flag.h"
#include "absl/synchronization/mutex.h"
#include "common/base/signals.h"
#include "common/server/common_flags.h"
#include "common/server/grpc_limits.h"
#include "common/server/grpc_server.h"
#include "common/server/port_file.h"

namespace inkwell::bench {

int ServeComments(grpc::Service& service) {
  grpc::EnableDefaultHealthCheckService(true);
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);  // as Inkwell's servers do
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  ApplyLimits(GrpcLimits{}, builder);
  builder.RegisterService(&service);
  const auto server = builder.BuildAndStart();
  if (server == nullptr) {
    fmt::print(stderr, "can't listen on 127.0.0.1\n");
    return EXIT_FAILURE;
  }
  if (const auto status = WritePortFile(absl::GetFlag(FLAGS_port_file), port); !status.ok()) {
    fmt::print(stderr, "{}\n", std::string(status.message()));
    return EXIT_FAILURE;
  }
  AwaitTermination();
  server->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(1));
  return EXIT_SUCCESS;
}

int ServeComments(AsyncService& service) {
  GrpcServerOptions options;
  options.listen = {"127.0.0.1", 0};
  options.port_file = absl::GetFlag(FLAGS_port_file);
  const auto server =
      GrpcServer::Start(options, {{"inkwell.v1.CommentService", nullptr, &service}});
  if (!server.ok()) {
    fmt::print(stderr, "{}\n", std::string(server.status().message()));
    return EXIT_FAILURE;
  }
  AwaitTermination();
  (*server)->Shutdown(std::chrono::seconds(1));
  return EXIT_SUCCESS;
}

}  // namespace inkwell::bench
