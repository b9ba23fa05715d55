#include "tests/bench/raw_postgres.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace inkwell::bench {
namespace {

// What libpq sends fastest: it copies each piece, and a larger one falls out of the cache.
constexpr std::size_t kPieceBytes = 256 * 1024;

}  // namespace

RawPostgres::RawPostgres(const std::string& conninfo) : connection_(PQconnectdb(conninfo.c_str())) {
  if (PQstatus(connection_.get()) != CONNECTION_OK) Fail("connect");
}

void RawPostgres::Exec(const std::string& sql) {
  Expect(PQexec(connection_.get(), sql.c_str()), PGRES_COMMAND_OK, sql);
}

void RawPostgres::Prepare(const std::string& name, const std::string& sql) {
  Expect(PQprepare(connection_.get(), name.c_str(), sql.c_str(), 0, nullptr), PGRES_COMMAND_OK,
         sql);
}

void RawPostgres::ExecPrepared(const std::string& name, const std::vector<const char*>& values) {
  Expect(PQexecPrepared(connection_.get(), name.c_str(), static_cast<int>(values.size()),
                        values.data(), nullptr, nullptr, 0),
         PGRES_COMMAND_OK, name);
}

void RawPostgres::Copy(const std::string& sql, std::string_view bytes) {
  Expect(PQexec(connection_.get(), sql.c_str()), PGRES_COPY_IN, sql);
  while (!bytes.empty()) {
    const auto piece = bytes.substr(0, kPieceBytes);
    if (PQputCopyData(connection_.get(), piece.data(), static_cast<int>(piece.size())) != 1) {
      Fail(sql);
    }
    bytes.remove_prefix(piece.size());
  }
  if (PQputCopyEnd(connection_.get(), nullptr) != 1) Fail(sql);
  while (PGresult* const result = PQgetResult(connection_.get())) {
    Expect(result, PGRES_COMMAND_OK, sql);
  }
}

void RawPostgres::Expect(PGresult* owned, ExecStatusType wanted, std::string_view what) {
  const std::unique_ptr<PGresult, decltype(&PQclear)> result(owned, PQclear);
  if (PQresultStatus(result.get()) != wanted) Fail(what);
}

void RawPostgres::Fail(std::string_view what) {
  std::fprintf(stderr, "Postgres: %.*s: %s\n",
               static_cast<int>(std::min<std::size_t>(what.size(), 200)), what.data(),
               PQerrorMessage(connection_.get()));
  std::exit(EXIT_FAILURE);
}

}  // namespace inkwell::bench
