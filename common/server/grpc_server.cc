#include "common/server/grpc_server.h"

#include <fmt/core.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/server_builder.h>
#include <spdlog/spdlog.h>

#include "absl/synchronization/mutex.h"
#include "common/server/credentials.h"
#include "common/server/exposure.h"
#include "common/server/grpc_log.h"
#include "common/server/port_file.h"
#include "grpc/health/v1/health.pb.h"

namespace inkwell {

absl::StatusOr<std::unique_ptr<GrpcServer>> GrpcServer::Start(
    const GrpcServerOptions& options, const std::vector<NamedService>& services) {
  TakeGrpcLog();
  // Makes the linker keep health's descriptor: gRPC 1.51 serves health without
  // registering it, and reflection then fails at the service that it lists.
  grpc::health::v1::HealthCheckRequest::descriptor();
  grpc::EnableDefaultHealthCheckService(true);
  // Debian's Abseil looks for deadlocks at every lock that gRPC takes.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();

  const auto warning = ExposureWarning(options.listen, options.tls.on(), options.auth.on());
  if (!warning.empty()) spdlog::warn("{}", warning);
  const auto credentials = MakeCredentials(options.tls);
  if (!credentials.ok()) return credentials.status();
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort(options.listen.ToText(), *credentials, &port);
  ApplyLimits(options.limits, builder);
  // Two processes on one port would each get some of the calls, unnoticed.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);

  std::unique_ptr<GrpcServer> self(new GrpcServer);
  for (const auto& [name, service] : services) {
    builder.RegisterService(service);
    self->names_.push_back(name);
  }
  self->server_ = builder.BuildAndStart();
  if (self->server_ == nullptr || port == 0) {
    return absl::FailedPreconditionError(fmt::format(
        "--listen={}: can't listen there; expected an address of this machine with a free port",
        options.listen.ToText()));
  }
  self->SetServing(false);
  if (!options.port_file.empty()) {
    if (auto status = WritePortFile(options.port_file, port); !status.ok()) return status;
  }
  spdlog::info("listening on {}:{}", options.listen.host, port);
  return self;
}

GrpcServer::~GrpcServer() {
  if (server_ != nullptr) Shutdown(std::chrono::milliseconds(0));
}

void GrpcServer::SetServing(bool serving) {
  auto* health = server_->GetHealthCheckService();
  health->SetServingStatus("", serving);
  for (const auto& name : names_) health->SetServingStatus(name, serving);
}

void GrpcServer::Shutdown(std::chrono::milliseconds timeout) {
  SetServing(false);
  server_->Shutdown(std::chrono::system_clock::now() + timeout);
}

}  // namespace inkwell
