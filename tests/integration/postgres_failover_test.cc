// Postgres is lost under load and another server takes its place: the flusher finds it by
// itself, and every acknowledged change is in it afterwards, once.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <memory>

#include "services/flusher/store/migrate.h"
#include "tests/integration/loaded_stack.h"
#include "tests/support/tcp_gate.h"

namespace inkwell::testing {
namespace {

using flusher::PgConnection;

std::string UrlOf(const std::string& hosts, const std::string& parameters = "") {
  return fmt::format("postgresql://{}@{}/postgres{}", kPostgresUser, hosts, parameters);
}

void Report(const char* what, std::chrono::steady_clock::time_point begin) {
  fmt::print("{}: {} ms until something is written again\n", what,
             std::chrono::duration_cast<std::chrono::milliseconds>(
                 std::chrono::steady_clock::now() - begin)
                 .count());
}

TEST(PostgresFailover, ToItsSynchronousStandby) {
  const auto primary = PostgresServer::Start().value();
  const auto standby = PostgresServer::StartStandbyOf(*primary).value();
  ASSERT_EQ(primary->RequireStandby(), absl::OkStatus());
  Stack stack({.postgres_url =
                   UrlOf(fmt::format("127.0.0.1:{},127.0.0.1:{}", primary->port(), standby->port()),
                         "?target_session_attrs=read-write")});
  LoadedStack loaded(stack);
  ASSERT_TRUE(loaded.AwaitLoad());
  ASSERT_TRUE(loaded.AwaitPersisted()) << loaded.Logs();

  const auto begin = std::chrono::steady_clock::now();
  primary->Kill9();
  ASSERT_EQ(standby->Promote(), absl::OkStatus());
  ASSERT_TRUE(loaded.AwaitPersisted()) << loaded.Logs();
  Report("kill -9 of the primary, and its standby promoted", begin);

  ASSERT_TRUE(loaded.AwaitLoad());
  ASSERT_TRUE(loaded.StopAndDrain()) << loaded.Logs();
  EXPECT_EQ(loaded.Verdict(), "");
}

TEST(PostgresFailover, ToAServerStartedFromItsCopy) {
  const auto server = PostgresServer::Start().value();
  // What moves with the server: a name, an address, a balancer.
  TcpGate address(server->port());
  Stack stack({.postgres_url = UrlOf(fmt::format("127.0.0.1:{}", address.port()))});
  LoadedStack loaded(stack);
  ASSERT_TRUE(loaded.AwaitLoad());
  ASSERT_TRUE(loaded.AwaitPersisted()) << loaded.Logs();

  const auto begin = std::chrono::steady_clock::now();
  ASSERT_EQ(server->Stop(), absl::OkStatus());
  const auto copy = PostgresServer::StartCopyOf(*server).value();
  address.LeadTo(copy->port());
  ASSERT_TRUE(loaded.AwaitPersisted()) << loaded.Logs();
  Report("a server stopped, and another started from its copy", begin);

  ASSERT_TRUE(loaded.StopAndDrain()) << loaded.Logs();
  EXPECT_EQ(loaded.Verdict(), "");
}

TEST(PostgresFailover, AStandbyGetsNothingAndMakesNoDeadLetter) {
  const auto primary = PostgresServer::Start().value();
  auto connection = PgConnection::Connect({.conninfo = primary->Url()}).value();
  flusher::Migrate(connection).value();
  const auto standby = PostgresServer::StartStandbyOf(*primary).value();
  TcpGate address(standby->port());
  Stack stack({.postgres_url = UrlOf(fmt::format("127.0.0.1:{}", address.port()))});
  auto& ingest = stack.AddIngest();
  auto& flusher = stack.AddFlusher({}, Until::kListening);
  CreateMany(ingest, 100);
  ASSERT_TRUE(Await([&] { return flusher.Log().find("takes no writes") != std::string::npos; }))
      << flusher.Log();
  EXPECT_EQ(flusher.ReadyStatus(), 503);

  address.LeadTo(primary->port());
  EXPECT_TRUE(flusher.AwaitServing()) << flusher.Log();
  EXPECT_TRUE(Await([&] { return stack.CountComments() == 100; })) << flusher.Log();
  EXPECT_EQ(stack.QueryOne("SELECT count(*) FROM dead_letters"), "0");
}

}  // namespace
}  // namespace inkwell::testing
