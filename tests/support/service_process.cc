#include "tests/support/service_process.h"

#include <fmt/format.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "grpc/health/v1/health.grpc.pb.h"

namespace inkwell::testing {
namespace {

std::shared_ptr<grpc::Channel> ChannelTo(int port) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return grpc::CreateCustomChannel(fmt::format("127.0.0.1:{}", port),
                                   grpc::InsecureChannelCredentials(), arguments);
}

}  // namespace

std::string IngestProgram() { return INKWELL_INGEST_PROGRAM; }
std::string FlusherProgram() { return INKWELL_FLUSHER_PROGRAM; }

std::chrono::system_clock::time_point PatientDeadline() {
  return std::chrono::system_clock::now() + kPatience;
}

ServiceProcess::ServiceProcess(std::string program, Flags flags, Environment environment)
    : program_(std::move(program)),
      flags_(std::move(flags)),
      environment_(std::move(environment)) {}

void ServiceProcess::Start() {
  const auto port_file = folder_.path() / "port";
  std::filesystem::remove(port_file);
  Subprocess::Options options;
  options.argv = {program_, fmt::format("--listen=127.0.0.1:{}", port_),
                  "--port_file=" + port_file.string(), "--http_listen=127.0.0.1:0",
                  "--http_port_file=" + (folder_.path() / "http_port").string()};
  options.argv.insert(options.argv.end(), flags_.begin(), flags_.end());
  options.environment = environment_;
  options.log = folder_.path() / "log";
  process_ = Subprocess::Start(options).value();

  const auto listens = [&] { return bool(std::ifstream(port_file) >> port_); };
  if (!Await([&] { return listens() || !IsRunning(); }) || !listens()) {
    throw std::runtime_error(fmt::format("{} does not listen; it logged:\n{}", program_, Log()));
  }
  if (channel_ == nullptr) channel_ = ChannelTo(port_);
}

void ServiceProcess::Restart() {
  Start();
  if (!channel_->WaitForConnected(PatientDeadline())) {
    throw std::runtime_error(program_ + " can't be connected to");
  }
}

std::string ServiceProcess::Metrics() const { return Get("/metrics").body; }

int ServiceProcess::ReadyStatus() const { return Get("/readyz").status; }

int ServiceProcess::http_port() const {
  int port = 0;
  std::ifstream(folder_.path() / "http_port") >> port;
  return port;
}

HttpAnswer ServiceProcess::Get(const std::string& path) const { return HttpGet(http_port(), path); }

std::string ServiceProcess::Log() const {
  std::ifstream log(folder_.path() / "log");
  return {std::istreambuf_iterator<char>(log), {}};
}

std::optional<ServiceProcess::Health::ServingStatus> ServiceProcess::HealthOf(
    const std::string& service) {
  grpc::ClientContext context;
  context.set_deadline(PatientDeadline());
  grpc::health::v1::HealthCheckRequest request;
  request.set_service(service);
  Health response;
  const auto status =
      grpc::health::v1::Health::NewStub(channel_)->Check(&context, request, &response);
  if (!status.ok()) return std::nullopt;
  return response.status();
}

bool ServiceProcess::AwaitServing() {
  return Await([this] { return HealthOf() == Health::SERVING; });
}

}  // namespace inkwell::testing
