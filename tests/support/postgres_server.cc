#include "tests/support/postgres_server.h"

#include <fmt/format.h>
#include <sys/shm.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "services/flusher/store/pg_connection.h"
#include "tests/support/await.h"
#include "tests/support/other_than_root.h"
#include "tests/support/process_tree.h"

namespace inkwell::testing {
namespace {

// Debian keeps each major version's programs in a folder of its own, out of PATH; the
// highest one's is taken.
std::string Program(const std::string& name) {
  int highest = 0;
  std::error_code no_such_folder;
  for (const auto& entry :
       std::filesystem::directory_iterator("/usr/lib/postgresql", no_such_folder)) {
    highest = std::max(highest, std::atoi(entry.path().filename().c_str()));
  }
  return highest == 0 ? name : fmt::format("/usr/lib/postgresql/{}/bin/{}", highest, name);
}

// Removes the System V segment that a killed Postgres leaves behind. The lock file's
// seventh line has its key and its id.
void RemoveSharedMemory(const std::filesystem::path& lock_file) {
  std::ifstream file(lock_file);
  std::string line;
  for (int i = 0; i < 7; ++i) std::getline(file, line);
  std::istringstream fields(line);
  std::string key;
  int id = 0;
  if (fields >> key >> id) shmctl(id, IPC_RMID, nullptr);
}

}  // namespace

PostgresServer::PostgresServer(Options options, std::optional<Subprocess::Owner> run_as)
    : options_(std::move(options)),
      run_as_(run_as),
      // SIGQUIT ends it at once too, but lets it take back its shared memory.
      process_({.log = folder_.path() / "postgres.log", .run_as = run_as, .death_signal = SIGQUIT},
               // Read-only ones, if it is a standby.
               "database system is ready to accept") {}

PostgresServer::~PostgresServer() {
  Resume();
  if (!process_.Stop(SIGQUIT).ok()) Kill9();
}

absl::StatusOr<std::unique_ptr<PostgresServer>> PostgresServer::Start(Options options) {
  return StartWith(std::move(options), &PostgresServer::InitializeData);
}

absl::StatusOr<std::unique_ptr<PostgresServer>> PostgresServer::StartStandbyOf(
    const PostgresServer& primary) {
  return StartWith(primary.options_, [&primary](PostgresServer& standby) {
    return standby.RunTool(
        {Program("pg_basebackup"), "--host=127.0.0.1", fmt::format("--port={}", primary.port_),
         std::string("--username=") + kPostgresUser, "--pgdata=" + standby.Data(),
         "--checkpoint=fast", "--no-sync", "--write-recovery-conf"},
        standby.run_as_);
  });
}

absl::StatusOr<std::unique_ptr<PostgresServer>> PostgresServer::StartCopyOf(
    const PostgresServer& stopped) {
  return StartWith(stopped.options_, [&stopped](PostgresServer& copy) {
    return copy.RunTool({"cp", "--archive", stopped.Data(), copy.Data()}, std::nullopt);
  });
}

absl::StatusOr<std::unique_ptr<PostgresServer>> PostgresServer::StartWith(
    Options options, const std::function<absl::Status(PostgresServer&)>& make_data) {
  std::unique_ptr<PostgresServer> server(new PostgresServer(std::move(options), OtherThanRoot()));
  if (auto status = GiveTo(server->run_as_, server->folder_.path()); !status.ok()) return status;
  if (auto status = make_data(*server); !status.ok()) return status;
  auto status = StartOnFreePort([&server](int port) {
    server->port_ = port;
    return server->Restart();
  });
  if (!status.ok()) return status;
  return server;
}

absl::Status PostgresServer::InitializeData() {
  std::vector<std::string> argv{Program("initdb"),
                                "--no-sync",
                                "--encoding=UTF8",
                                "--locale=C.UTF-8",
                                std::string("--username=") + kPostgresUser,
                                "--pgdata=" + Data()};
  if (options_.password.empty()) {
    argv.emplace_back("--auth=trust");
  } else {
    const auto password_file = folder_.path() / "password";
    std::ofstream(password_file) << options_.password << '\n';
    argv.emplace_back("--auth=scram-sha-256");
    argv.emplace_back("--pwfile=" + password_file.string());
  }
  return RunTool(argv, run_as_);
}

absl::Status PostgresServer::RunTool(const std::vector<std::string>& argv,
                                     std::optional<Subprocess::Owner> run_as) {
  const auto log = folder_.path() / "tools.log";
  auto exit_code = RunToEnd({.argv = argv, .log = log, .run_as = run_as});
  if (!exit_code.ok()) return exit_code.status();
  if (*exit_code == 0) return absl::OkStatus();
  std::ifstream logged(log);
  return absl::InternalError(fmt::format("{} exited with {}:\n{}", argv.front(), *exit_code,
                                         std::string(std::istreambuf_iterator(logged), {})));
}

std::string PostgresServer::Url() const {
  const auto password = options_.password.empty() ? "" : ":" + options_.password;
  return fmt::format("postgresql://{}{}@127.0.0.1:{}/postgres", kPostgresUser, password, port_);
}

absl::Status PostgresServer::Restart() {
  std::vector<std::string> settings{"listen_addresses=127.0.0.1", fmt::format("port={}", port_),
                                    "unix_socket_directories=", "fsync=off", "shared_buffers=32MB",
                                    "max_connections=40", "autovacuum=off",
                                    // In the data folder, so that a kill leaves nothing behind.
                                    "dynamic_shared_memory_type=mmap"};
  settings.insert(settings.end(), options_.settings.begin(), options_.settings.end());
  std::vector<std::string> argv{Program("postgres"), "-D", Data()};
  for (const auto& setting : settings) {
    argv.emplace_back("-c");
    argv.push_back(setting);
  }
  return process_.Start(argv);
}

absl::Status PostgresServer::RequireStandby() {
  auto connection = flusher::PgConnection::Connect({.conninfo = Url()});
  if (!connection.ok()) return connection.status();
  for (const char* sql :
       {"ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()"}) {
    if (auto result = connection->Exec(sql); !result.ok()) return result.status();
  }
  const bool in_step = Await([&connection] {
    const auto standbys =
        connection->Exec("SELECT FROM pg_stat_replication WHERE sync_state = 'sync'");
    return standbys.ok() && standbys->RowCount() == 1;
  });
  return in_step ? absl::OkStatus() : absl::DeadlineExceededError("no standby gets in step");
}

absl::Status PostgresServer::Promote() {
  return RunTool({Program("pg_ctl"), "promote", "--pgdata=" + Data()}, run_as_);
}

// Every child of Postgres is in a process group of its own. It is stopped first, so
// that it starts no more of them while they are counted.
void PostgresServer::Kill9() {
  if (!process_->IsRunning()) return;
  process_->Signal(SIGSTOP);
  const auto children = ChildrenOf(process_->pid());
  SignalAll(children, SIGKILL);
  process_->Kill9();
  // A child that is still there would keep Restart from starting.
  static_cast<void>(
      Await([&children] { return std::none_of(children.begin(), children.end(), Runs); }));
  RemoveSharedMemory(Data() + "/postmaster.pid");
}

void PostgresServer::Pause() {
  process_->Signal(SIGSTOP);
  SignalAll(ChildrenOf(process_->pid()), SIGSTOP);
}

void PostgresServer::Resume() {
  SignalAll(ChildrenOf(process_->pid()), SIGCONT);
  process_->Signal(SIGCONT);
}

void PostgresServer::SignalAll(const std::vector<pid_t>& processes, int signal) {
  for (const pid_t process : processes) kill(process, signal);
}

}  // namespace inkwell::testing
