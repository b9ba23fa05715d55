#include "services/flusher/prepare_schema.h"

#include <spdlog/spdlog.h>

#include <string>

#include "common/base/errors.h"
#include "common/base/sleep.h"
#include "common/server/repeated_warning.h"
#include "services/flusher/store/migrate.h"
#include "services/flusher/store/table_kind.h"

namespace inkwell::flusher {

absl::Status MigrateOnce(const PgConnection::Options& options, int table_partitions) {
  auto connection = PgConnection::Connect(options);
  if (!connection.ok()) return connection.status();
  const auto applied = Migrate(*connection, BuiltInMigrations(table_partitions));
  if (!applied.ok()) return Annotate(applied.status(), "migrating");
  spdlog::info("schema is up to date, {} migrations applied", *applied);
  return CheckTableKind(*connection, table_partitions > 0);
}

bool MigrateUntilDone(const PgConnection::Options& options, int table_partitions,
                      const Backoff::Options& backoff_options, const std::stop_token& stop) {
  Backoff backoff(backoff_options);
  RepeatedWarning trouble;
  while (!stop.stop_requested()) {
    const absl::Status status = MigrateOnce(options, table_partitions);
    if (status.ok()) return true;
    trouble.Report(std::string(status.message()));
    SleepFor(stop, backoff.Next());
  }
  return false;
}

}  // namespace inkwell::flusher
