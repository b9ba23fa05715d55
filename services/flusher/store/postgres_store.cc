#include "services/flusher/store/postgres_store.h"

#include <fmt/format.h>

#include <cstdint>
#include <utility>

#include "common/base/errors.h"
#include "services/flusher/store/postgres_transaction.h"
#include "services/flusher/store/server_state.h"
#include "services/flusher/store/stored_dead_letters.h"

namespace inkwell::flusher {
namespace {

// The class of the namespace's advisory locks: FNV-1a-32 of its name.
std::int32_t LockClass(std::string_view key_namespace) {
  std::uint32_t hash = 2166136261U;
  for (const char c : key_namespace) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return static_cast<std::int32_t>(hash);
}

// All that a transaction needs before its first row, in one round trip; what is selected
// at last is still to come.
std::string BeginSql(const PostgresStore::Options& options) {
  return fmt::format(
      "BEGIN ISOLATION LEVEL READ COMMITTED;"
      "SET LOCAL statement_timeout = {};"
      "SET LOCAL lock_timeout = {};"
      "SET LOCAL idle_in_transaction_session_timeout = {};"
      // What is committed leaves Redis, so a COMMIT has to mean: on disk.
      "SELECT set_config('synchronous_commit', 'on', true)"
      " WHERE current_setting('synchronous_commit') = 'off';"
      // Edits find their comments by the primary key, however many they are. Else the planner
      // would sooner read a whole table, the more so one of partitions, since it does not count
      // on needing only one of those for each edit; nor is it any gain to compile for them all.
      "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off;"
      "SET LOCAL enable_seqscan = off; SET LOCAL jit = off;"
      // Else a COMMIT might refuse data, too late to tell which.
      "SET CONSTRAINTS ALL IMMEDIATE;"
      "SELECT ",
      options.limits.statement.count(), options.limits.lock.count(), options.limits.idle.count());
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
  return BeginIf(fmt::format("pg_try_advisory_xact_lock({}, {})", LockClass(options_.key_namespace),
                             partition));
}

absl::StatusOr<std::unique_ptr<StoreTransaction>> PostgresStore::BeginUnlocked() {
  return BeginIf("true");
}

absl::StatusOr<std::vector<StoredDeadLetter>> PostgresStore::ListDeadLetters(std::int64_t after_id,
                                                                             int limit) {
  const auto transaction = BeginUnlocked();
  if (!transaction.ok()) return transaction.status();
  auto letters = ListDeadLetterRows(*connection_, after_id, limit);
  if (!letters.ok()) return Annotate(letters.status(), "reading dead letters");
  return letters;
}

absl::StatusOr<std::int64_t> PostgresStore::DiscardDeadLetters(
    const std::vector<std::int64_t>& dead_letter_ids) {
  const auto transaction = BeginUnlocked();
  if (!transaction.ok()) return transaction.status();
  const auto discarded = RemoveDeadLetterRows(*connection_, dead_letter_ids);
  if (!discarded.ok()) return Annotate(discarded.status(), "discarding dead letters");
  if (auto status = (*transaction)->Commit(); !status.ok()) return status;
  return discarded;
}

absl::Status PostgresStore::Connect() {
  connection_.reset();
  auto connection = PgConnection::Connect(options_.connection);
  if (!connection.ok()) return connection.status();
  connection_ = *std::move(connection);
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<StoreTransaction>> PostgresStore::BeginIf(std::string_view locks) {
  const std::string sql = fmt::format("{}{}, {}, {}, {}", begin_sql_, locks, kReadOnly,
                                      kAnyCommentNotFound, kSynchronousStandby);
  const bool reused = connection_ && connection_->IsOpen();
  if (!reused) {
    if (auto status = Connect(); !status.ok()) return status;
  }
  auto begun = connection_->Exec(sql);
  // A connection that died while it was idle is no news of the database; nothing was
  // written yet, so a new one may try.
  if (!begun.ok() && reused && !connection_->IsOpen()) {
    if (auto status = Connect(); !status.ok()) return status;
    begun = connection_->Exec(sql);
  }
  // Before anything is read from the queue in vain.
  if (begun.ok() && begun->Value(0, 1) == "t") begun = ReadOnlyError();
  if (!begun.ok()) {
    // A new one may lead to another server.
    connection_->Close();
    return Annotate(begun.status(), "beginning a transaction");
  }
  auto transaction = std::make_unique<PostgresTransaction>(
      *connection_, copy_buffer_,
      PostgresTransaction::Beginning{.any_not_found = begun->Value(0, 2) == "t",
                                     .synchronous_standby = begun->Value(0, 3) == "t"});
  if (begun->Value(0, 0) != "t") transaction.reset();
  return transaction;
}

}  // namespace inkwell::flusher
