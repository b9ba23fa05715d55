#include "services/flusher/prepare_schema.h"

#include <spdlog/spdlog.h>

#include <string>

#include "common/base/errors.h"
#include "common/base/sleep.h"
#include "common/server/repeated_warning.h"
#include "services/flusher/store/migrate.h"

namespace inkwell::flusher {

absl::Status MigrateOnce(const PgConnection::Options& options) {
  auto connection = PgConnection::Connect(options);
  if (!connection.ok()) return connection.status();
  const auto applied = Migrate(*connection);
  if (!applied.ok()) return Annotate(applied.status(), "migrating");
  spdlog::info("schema is up to date, {} migrations applied", *applied);
  return absl::OkStatus();
}

bool MigrateUntilDone(const PgConnection::Options& options, const Backoff::Options& backoff_options,
                      const std::stop_token& stop) {
  Backoff backoff(backoff_options);
  RepeatedWarning trouble;
  while (!stop.stop_requested()) {
    const absl::Status status = MigrateOnce(options);
    if (status.ok()) return true;
    trouble.Report(std::string(status.message()));
    SleepFor(stop, backoff.Next());
  }
  return false;
}

}  // namespace inkwell::flusher
