#include "services/flusher/store/migrate.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

#include "common/base/errors.h"

namespace inkwell::flusher {
namespace {

constexpr std::chrono::hours kReplyTimeout{12};

// "inkwell" in ASCII: the key of the lock under which migrations run.
constexpr std::int64_t kMigrationLock = 0x696e6b77656c6c;

absl::StatusOr<std::set<std::string, std::less<>>> AppliedVersions(PgConnection& connection) {
  std::set<std::string, std::less<>> versions;
  auto table = connection.Exec("SELECT to_regclass('schema_migrations') IS NOT NULL");
  if (!table.ok()) return table.status();
  if (table->Value(0, 0) != "t") return versions;
  auto rows = connection.Exec("SELECT version FROM schema_migrations");
  if (!rows.ok()) return rows.status();
  for (int row = 0; row < rows->RowCount(); ++row) versions.emplace(rows->Value(row, 0));
  return versions;
}

// Within a transaction: whether it fell to us to apply it.
absl::StatusOr<bool> ApplyUnlessApplied(PgConnection& connection, const Migration& migration) {
  auto locked = connection.Exec(
      // READ COMMITTED, so that what follows the wait sees what was waited for.
      fmt::format("BEGIN ISOLATION LEVEL READ COMMITTED;"
                  "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0;"
                  "SELECT pg_advisory_xact_lock({});"
                  "CREATE TABLE IF NOT EXISTS schema_migrations (version varchar(128) PRIMARY KEY)",
                  kMigrationLock));
  if (!locked.ok()) return locked.status();
  auto claimed =
      connection.Exec("INSERT INTO schema_migrations (version) VALUES ($1) ON CONFLICT DO NOTHING",
                      {PgParam::Text(migration.version)});
  if (!claimed.ok()) return claimed.status();
  if (claimed->AffectedRows() == 0) return false;
  auto applied = connection.Exec(migration.up_sql);
  if (!applied.ok()) return applied.status();
  return true;
}

absl::StatusOr<bool> ApplyInTransaction(PgConnection& connection, const Migration& migration) {
  auto applied = ApplyUnlessApplied(connection, migration);
  auto ended = connection.Exec(applied.ok() ? "COMMIT" : "ROLLBACK");
  if (applied.ok() && !ended.ok()) return ended.status();
  return applied;
}

absl::StatusOr<int> ApplyAll(PgConnection& connection, const std::vector<Migration>& migrations) {
  int count = 0;
  for (const auto& migration : migrations) {
    auto applied = ApplyInTransaction(connection, migration);
    if (!applied.ok()) {
      return Annotate(applied.status(), fmt::format("migration {}", migration.name));
    }
    if (*applied) ++count;
  }
  return count;
}

}  // namespace

std::vector<Migration> BuiltInMigrations(int table_partitions) {
  std::vector<Migration> migrations;
  // A file of ours that does not parse is a broken build, and value() ends it.
  for (const auto& [name, text] : BuiltInMigrationFiles()) {
    migrations.push_back(ParseMigration(name, text).value());
  }
  if (table_partitions == 0) return migrations;
  for (const auto& [name, text] : PartitioningMigrationFiles()) {
    auto& migration = migrations.emplace_back(ParseMigration(name, text).value());
    migration.up_sql = fmt::format("SET LOCAL inkwell.table_partitions = {};{}", table_partitions,
                                   migration.up_sql);
  }
  std::sort(migrations.begin(), migrations.end(),
            [](const auto& a, const auto& b) { return a.version < b.version; });
  return migrations;
}

absl::StatusOr<std::vector<Migration>> PendingMigrations(PgConnection& connection,
                                                         const std::vector<Migration>& migrations) {
  auto applied = AppliedVersions(connection);
  if (!applied.ok()) return Annotate(applied.status(), "reading schema_migrations");
  std::vector<Migration> pending;
  for (const auto& migration : migrations) {
    if (!applied->contains(migration.version)) pending.push_back(migration);
  }
  return pending;
}

absl::StatusOr<int> Migrate(PgConnection& connection, const std::vector<Migration>& migrations) {
  auto pending = PendingMigrations(connection, migrations);
  if (!pending.ok()) return pending.status();
  const auto usual_timeout = connection.set_reply_timeout(kReplyTimeout);
  auto count = ApplyAll(connection, *pending);
  connection.set_reply_timeout(usual_timeout);
  return count;
}

}  // namespace inkwell::flusher
