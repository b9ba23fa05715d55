// A real PgBouncer before a Postgres, on a free loopback port.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/support/postgres_server.h"
#include "tests/support/server_process.h"
#include "tests/support/temp_dir.h"

namespace inkwell::testing {

// Thread-compatible. Started by root it runs as another, since it refuses root. Everyone is
// trusted; what it is not told is as Debian's package has it.
class PgBouncer {
 public:
  struct Options {
    std::string pool_mode = "transaction";
    int pool_size = 2;  // connections to Postgres, for each database
  };

  // Accepts connections once this has returned, whether or not the server does.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<PgBouncer>> Start(
      const PostgresServer& server, Options options);
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<PgBouncer>> Start(
      const PostgresServer& server) {
    return Start(server, {});
  }

  // That of one of the server's databases, through this.
  [[nodiscard]] std::string Url(const std::string& database = "postgres") const;

  void Kill9() { process_->Kill9(); }
  // Starts it again, on the same port. It must not run.
  [[nodiscard]] absl::Status Restart();

 private:
  PgBouncer(int server_port, Options options);

  const int server_port_;
  const Options options_;
  const std::optional<Subprocess::Owner> run_as_;
  const TempDir folder_;
  int port_ = 0;
  ServerProcess process_;
};

}  // namespace inkwell::testing
