#include "tests/contract/postgres_fixture.h"

#include <memory>

namespace inkwell::testing {

// value() throws what a test then reports.

PostgresServer& SharedPostgres() {
  static const std::unique_ptr<PostgresServer> server = PostgresServer::Start().value();
  return *server;
}

flusher::PgConnection ConnectTo(const std::string& url) {
  flusher::PgConnection::Options options;
  options.conninfo = url;
  return flusher::PgConnection::Connect(options).value();
}

flusher::PostgresStore::Options StoreOptions(const std::string& url) {
  flusher::PostgresStore::Options options;
  options.connection.conninfo = url;
  return options;
}

std::string NewDatabase(const std::string& name) {
  const std::string url = SharedPostgres().Url();
  auto connection = ConnectTo(url);
  connection.Exec("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)").value();
  connection.Exec("CREATE DATABASE " + name).value();
  return url.substr(0, url.rfind('/') + 1) + name;
}

std::string QueryOne(flusher::PgConnection& connection, const std::string& sql) {
  return std::string(connection.Exec(sql).value().Value(0, 0));
}

}  // namespace inkwell::testing
