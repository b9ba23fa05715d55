// One of our own services as a process, seen as its users see it: flags, environment,
// log, exit code, gRPC.
#pragma once

#include <grpcpp/channel.h>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "grpc/health/v1/health.pb.h"
#include "tests/support/http_get.h"
#include "tests/support/process_tree.h"
#include "tests/support/subprocess.h"
#include "tests/support/temp_dir.h"

namespace inkwell::testing {

// The paths of the programs, as built together with this test.
[[nodiscard]] std::string IngestProgram();
[[nodiscard]] std::string FlusherProgram();

using Flags = std::vector<std::string>;
using Environment = std::map<std::string, std::string>;

// A deadline that only a call which hangs reaches.
[[nodiscard]] std::chrono::system_clock::time_point PatientDeadline();

// Thread-compatible; its channel is thread-safe. Killed when it is destroyed.
class ServiceProcess {
 public:
  ServiceProcess(std::string program, Flags flags, Environment environment = {});

  // Starts it, and returns once it listens: on a port of the system's choice the first
  // time and on the same one from then on, so that clients find it again. Throws, with
  // its log, if it does not listen. It must not run.
  void Start();
  // The same, and returns once its channel has found it again: calls that fail at once keep the
  // channel from that for seconds.
  void Restart();
  // What Start gives it from now on.
  void set_environment(Environment environment) { environment_ = std::move(environment); }

  [[nodiscard]] int port() const { return port_; }
  // Of /metrics and the probes.
  [[nodiscard]] int http_port() const;
  // Reconnects soon after a restart. Valid once started.
  [[nodiscard]] const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }
  // What it serves at /metrics now; empty if it does not answer.
  [[nodiscard]] std::string Metrics() const;
  // The HTTP status of /readyz now; 0 if it does not answer.
  [[nodiscard]] int ReadyStatus() const;
  // All that it wrote to stdout and stderr, over all its starts.
  [[nodiscard]] std::string Log() const;

  using Health = grpc::health::v1::HealthCheckResponse;
  // What the standard health service says of `service` ("" is the whole server);
  // nullopt if the call failed.
  [[nodiscard]] std::optional<Health::ServingStatus> HealthOf(const std::string& service = "");
  // Waits for health to say so.
  [[nodiscard]] bool AwaitServing();

  [[nodiscard]] pid_t pid() const { return process_.pid(); }
  [[nodiscard]] bool IsRunning() { return process_.IsRunning(); }
  // Whether it runs, but stands still since a SIGSTOP.
  [[nodiscard]] bool IsStopped() {
    return process_.IsRunning() && testing::IsStopped(process_.pid());
  }
  void Signal(int signal) { process_.Signal(signal); }
  // As Subprocess::Wait: the exit code, minus the signal that ended it, or nullopt.
  [[nodiscard]] std::optional<int> Wait() { return process_.Wait(); }
  void Kill9() { process_.Kill9(); }

 private:
  [[nodiscard]] HttpAnswer Get(const std::string& path) const;

  const TempDir folder_;
  const std::string program_;
  const Flags flags_;
  Environment environment_;
  int port_ = 0;
  std::shared_ptr<grpc::Channel> channel_;
  Subprocess process_;
};

}  // namespace inkwell::testing
