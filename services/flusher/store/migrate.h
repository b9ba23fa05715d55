// Brings a database's schema up to what this program needs.
//
// Which migrations a database has is written in dbmate's table schema_migrations, so
// dbmate and the flusher can take turns. Several flushers may start at once: each
// migration is one transaction that first takes a lock and then looks again, which
// also holds behind PgBouncer in transaction mode.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/flusher/store/migration.h"
#include "services/flusher/store/pg_connection.h"

namespace inkwell::flusher {

// What this program was built with, in the order in which to apply it. With
// `table_partitions` more than 0 it makes comments a table of so many partitions, whether
// that is new or has rows.
[[nodiscard]] std::vector<Migration> BuiltInMigrations(int table_partitions = 0);

// Those of `migrations` that the database does not have. Writes nothing.
[[nodiscard]] absl::StatusOr<std::vector<Migration>> PendingMigrations(
    PgConnection& connection, const std::vector<Migration>& migrations = BuiltInMigrations());

// Applies what is pending, in order, and returns how many that were; needs no right to
// create anything if that is none. Waits for another that is at it. After an error
// those before the failed migration are applied and of the failed one nothing; the
// message names it. `connection` has its reply timeout raised meanwhile, since an index
// on a large table takes its time.
[[nodiscard]] absl::StatusOr<int> Migrate(
    PgConnection& connection, const std::vector<Migration>& migrations = BuiltInMigrations());

}  // namespace inkwell::flusher
