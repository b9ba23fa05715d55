#include "tests/support/pgbouncer.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <utility>

#include "tests/support/other_than_root.h"

namespace inkwell::testing {

PgBouncer::PgBouncer(int server_port, Options options)
    : server_port_(server_port),
      options_(std::move(options)),
      run_as_(OtherThanRoot()),
      process_({.log = folder_.path() / "pgbouncer.log", .run_as = run_as_}, "process up") {}

absl::StatusOr<std::unique_ptr<PgBouncer>> PgBouncer::Start(const PostgresServer& server,
                                                            Options options) {
  std::unique_ptr<PgBouncer> pooler(new PgBouncer(server.port(), std::move(options)));
  if (auto status = GiveTo(pooler->run_as_, pooler->folder_.path()); !status.ok()) return status;
  auto status = StartOnFreePort([&pooler](int port) {
    pooler->port_ = port;
    return pooler->Restart();
  });
  if (!status.ok()) return status;
  return pooler;
}

std::string PgBouncer::Url(const std::string& database) const {
  return fmt::format("postgresql://{}@127.0.0.1:{}/{}", kPostgresUser, port_, database);
}

absl::Status PgBouncer::Restart() {
  const auto users = folder_.path() / "users";
  std::ofstream(users) << fmt::format("\"{}\" \"\"\n", kPostgresUser);
  const auto settings = folder_.path() / "pgbouncer.ini";
  std::ofstream(settings) << fmt::format(
      "[databases]\n"
      "* = host=127.0.0.1 port={}\n"
      "[pgbouncer]\n"
      "listen_addr = 127.0.0.1\n"
      "listen_port = {}\n"
      "unix_socket_dir =\n"
      "auth_type = trust\n"
      "auth_file = {}\n"
      "pool_mode = {}\n"
      "default_pool_size = {}\n"
      // After a refused connection to Postgres it waits for so long: 15 s if not told.
      "server_login_retry = 1\n",
      server_port_, port_, users.string(), options_.pool_mode, options_.pool_size);
  // Debian has it in /usr/sbin, which is not in everyone's PATH.
  const std::string installed = "/usr/sbin/pgbouncer";
  return process_.Start(
      {std::filesystem::exists(installed) ? installed : "pgbouncer", settings.string()});
}

}  // namespace inkwell::testing
