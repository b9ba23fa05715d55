#include "common/server/grpc_server.h"

#include <fmt/core.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/server_builder.h>
#include <spdlog/spdlog.h>

#include "absl/synchronization/mutex.h"
#include "common/server/credentials.h"
#include "common/server/exposure.h"
#include "common/server/grpc_log.h"
#include "common/server/port_file.h"

namespace inkwell {

absl::StatusOr<std::unique_ptr<GrpcServer>> GrpcServer::Start(
    const GrpcServerOptions& options, const std::vector<NamedService>& services) {
  TakeGrpcLog();
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

  std::vector<std::string> names;
  for (const auto& service : services) names.push_back(service.name);
  std::unique_ptr<GrpcServer> self(new GrpcServer(names));
  std::vector<AsyncService*> async{&self->health_};
  for (const auto& service : services) {
    if (service.async != nullptr) async.push_back(service.async);
    if (service.service != nullptr) builder.RegisterService(service.service);
  }
  for (auto* service : async) builder.RegisterService(&service->service());
  for (int i = 0; i < options.loops; ++i) {
    self->loops_.push_back(
        std::make_unique<CompletionLoop>(builder.AddCompletionQueue(), options.before_wait));
  }
  self->server_ = builder.BuildAndStart();
  if (self->server_ == nullptr || port == 0) {
    return absl::FailedPreconditionError(fmt::format(
        "--listen={}: can't listen there; expected an address of this machine with a free port",
        options.listen.ToText()));
  }
  for (const auto& loop : self->loops_) {
    for (auto* service : async) service->Await(*loop);
    loop->Start();
  }
  if (!options.port_file.empty()) {
    if (auto status = WritePortFile(options.port_file, port); !status.ok()) return status;
  }
  spdlog::info("listening on {}:{}", options.listen.host, port);
  return self;
}

GrpcServer::~GrpcServer() {
  if (server_ == nullptr) return;
  Shutdown(std::chrono::milliseconds(0));
  for (const auto& loop : loops_) loop->Stop();
}

void GrpcServer::SetServing(bool serving) { health_.SetServing(serving); }

void GrpcServer::Shutdown(std::chrono::milliseconds timeout) {
  health_.ShutDown();
  server_->Shutdown(std::chrono::system_clock::now() + timeout);
}

}  // namespace inkwell
