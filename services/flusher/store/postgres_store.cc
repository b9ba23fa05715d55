#include "services/flusher/store/postgres_store.h"

#include <fmt/format.h>

#include <cstdint>
#include <utility>

#include "common/base/errors.h"
#include "services/flusher/store/postgres_transaction.h"

namespace inkwell::flusher {
namespace {

// The class of the namespace's advisory locks: FNV-1a-32 of its name.
std::int32_t LockClass(std::string_view key_namespace) {
  std::uint32_t hash = 2166136261U;
  for (const char c : key_namespace) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return static_cast<std::int32_t>(hash);
}

// All that a transaction needs before its first row, in one round trip; the
// partition's number and a parenthesis are still to come.
std::string BeginSql(const PostgresStore::Options& options) {
  return fmt::format(
      "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;"
      "SET LOCAL statement_timeout = {};"
      "SET LOCAL lock_timeout = {};"
      "SET LOCAL idle_in_transaction_session_timeout = {};"
      // What is committed leaves Redis, so a COMMIT has to mean: on disk.
      "SELECT set_config('synchronous_commit', 'on', true)"
      " WHERE current_setting('synchronous_commit') = 'off';"
      "SELECT pg_try_advisory_xact_lock({}, ",
      options.limits.statement.count(), options.limits.lock.count(), options.limits.idle.count(),
      LockClass(options.key_namespace));
}

}  // namespace

absl::StatusOr<std::unique_ptr<PostgresStore>> PostgresStore::Create(Options options) {
  if (auto status = PgConnection::CheckConninfo(options.connection.conninfo); !status.ok()) {
    return status;
  }
  return std::unique_ptr<PostgresStore>(new PostgresStore(std::move(options)));
}

PostgresStore::PostgresStore(Options options)
    : options_(std::move(options)), begin_sql_(BeginSql(options_)) {}

absl::StatusOr<std::unique_ptr<StoreTransaction>> PostgresStore::Begin(int partition) {
  const bool reused = connection_ && connection_->IsOpen();
  if (!reused) {
    if (auto status = Connect(); !status.ok()) return status;
  }
  auto locked = BeginLocked(partition);
  // A connection that died while it was idle is no news of the database; nothing was
  // written yet, so a new one may try.
  if (!locked.ok() && reused && !connection_->IsOpen()) {
    if (auto status = Connect(); !status.ok()) return status;
    locked = BeginLocked(partition);
  }
  if (!locked.ok()) {
    connection_->Close();
    return Annotate(locked.status(), "beginning a transaction");
  }
  if (!*locked) return nullptr;
  return std::make_unique<PostgresTransaction>(*connection_, copy_buffer_);
}

absl::Status PostgresStore::Connect() {
  connection_.reset();
  auto connection = PgConnection::Connect(options_.connection);
  if (!connection.ok()) return connection.status();
  connection_ = *std::move(connection);
  return absl::OkStatus();
}

absl::StatusOr<bool> PostgresStore::BeginLocked(int partition) {
  auto begun = connection_->Exec(fmt::format("{}{})", begin_sql_, partition));
  if (!begun.ok()) return begun.status();
  if (begun->Value(0, 0) == "t") return true;
  auto ended = connection_->Exec("ROLLBACK");
  if (!ended.ok()) return ended.status();
  return false;
}

}  // namespace inkwell::flusher
