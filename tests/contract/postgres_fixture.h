// A Postgres for the tests of one process.
#pragma once

#include <string>

#include "services/flusher/store/pg_connection.h"
#include "services/flusher/store/postgres_store.h"
#include "tests/support/postgres_server.h"

namespace inkwell::testing {

// Started at the first call, so on the main thread; lives until the process ends.
// Throws if it does not start.
[[nodiscard]] PostgresServer& SharedPostgres();

// A connection to `url`; throws if there is none to be had.
[[nodiscard]] flusher::PgConnection ConnectTo(const std::string& url);

// For a store on `url`.
[[nodiscard]] flusher::PostgresStore::Options StoreOptions(const std::string& url);

// The URL of a database of this name on SharedPostgres, new and empty.
[[nodiscard]] std::string NewDatabase(const std::string& name);

// The first column of the first row; throws if `sql` fails.
std::string QueryOne(flusher::PgConnection& connection, const std::string& sql);

}  // namespace inkwell::testing
