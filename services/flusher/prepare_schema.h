// What has to be done in the database before the first flush.
#pragma once

#include <stop_token>

#include "absl/status/status.h"
#include "common/base/backoff.h"
#include "services/flusher/store/pg_connection.h"

namespace inkwell::flusher {

// Applies pending migrations, once, and looks whether comments is then the table that it
// should be: one of partitions if `table_partitions` is more than 0, else a plain one. Says
// in the log what it did.
[[nodiscard]] absl::Status MigrateOnce(const PgConnection::Options& options, int table_partitions);

// Tries until it has succeeded (true) or `stop` is requested (false). A database that
// is away or refuses us is logged once a second at most, and is no reason to exit:
// a crash loop would mend nothing.
[[nodiscard]] bool MigrateUntilDone(const PgConnection::Options& options, int table_partitions,
                                    const Backoff::Options& backoff, const std::stop_token& stop);

}  // namespace inkwell::flusher
