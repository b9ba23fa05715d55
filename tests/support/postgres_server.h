// A real Postgres on a free loopback port with a temporary data folder.
#pragma once

#include <signal.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/support/server_process.h"
#include "tests/support/temp_dir.h"

namespace inkwell::testing {

// A superuser.
inline constexpr char kPostgresUser[] = "inkwell";

// Thread-compatible. Gone, with its data, when it is destroyed. Started by root it
// runs as the user postgres, or nobody, since Postgres refuses root.
//
// It runs with fsync=off. That is safe for kill -9 of Postgres, after which the
// kernel still has all that was written; only a machine that goes down would lose it.
class PostgresServer {
 public:
  struct Options {
    // As in postgresql.conf: "max_connections=20".
    std::vector<std::string> settings{};
    // Set: clients need it (SCRAM). Otherwise everyone is trusted.
    std::string password{};
  };

  // Accepts connections once this has returned. Its first start takes about a second.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<PostgresServer>> Start(Options options);
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<PostgresServer>> Start() { return Start({}); }
  // A standby of `primary`, with its options, that has all of its data and follows it.
  // Passwords are not supported.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<PostgresServer>> StartStandbyOf(
      const PostgresServer& primary);
  // Another server, on another port, with a copy of the data of one that was stopped.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<PostgresServer>> StartCopyOf(
      const PostgresServer& stopped);
  ~PostgresServer();

  [[nodiscard]] int port() const { return port_; }
  // "postgresql://inkwell:password@127.0.0.1:port/postgres", for a superuser.
  [[nodiscard]] std::string Url() const;

  // kill -9 of all its processes at once, as when a container is killed.
  void Kill9();
  // As an operator stops it: it ends its clients' connections and shuts down.
  [[nodiscard]] absl::Status Stop() { return process_.Stop(SIGINT); }
  // Starts it again, on the same port with the same data. It must not run.
  [[nodiscard]] absl::Status Restart();
  // From now on a COMMIT here waits until a standby has it. There has to be one.
  [[nodiscard]] absl::Status RequireStandby();
  // Makes a standby a server of its own, which takes writes once this has returned.
  [[nodiscard]] absl::Status Promote();
  // Keeps all its processes from answering, with connections left open, until Resume.
  void Pause();
  void Resume();

 private:
  PostgresServer(Options options, std::optional<Subprocess::Owner> run_as);

  static absl::StatusOr<std::unique_ptr<PostgresServer>> StartWith(
      Options options, const std::function<absl::Status(PostgresServer&)>& make_data);
  absl::Status InitializeData();
  absl::Status RunTool(const std::vector<std::string>& argv,
                       std::optional<Subprocess::Owner> run_as);
  [[nodiscard]] std::string Data() const { return folder_.path() / "data"; }
  void SignalAll(const std::vector<pid_t>& processes, int signal);

  const Options options_;
  const std::optional<Subprocess::Owner> run_as_;
  const TempDir folder_;
  int port_ = 0;
  ServerProcess process_;
};

}  // namespace inkwell::testing
