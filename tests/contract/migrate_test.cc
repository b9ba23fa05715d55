#include "services/flusher/store/migrate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "services/flusher/store/sqlstate.h"
#include "tests/contract/postgres_fixture.h"

namespace inkwell::testing {
namespace {

using flusher::BuiltInMigrations;
using flusher::Migrate;
using flusher::Migration;
using flusher::PendingMigrations;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class MigrateTest : public ::testing::Test {
 protected:
  const std::string url_ = NewDatabase("migrate");
  flusher::PgConnection connection_ = ConnectTo(url_);
  const int all_ = static_cast<int>(BuiltInMigrations().size());
};

TEST_F(MigrateTest, BringsAFreshDatabaseUp) {
  EXPECT_THAT(PendingMigrations(connection_).value(), SizeIs(BuiltInMigrations().size()));
  EXPECT_EQ(Migrate(connection_).value(), all_);
  EXPECT_THAT(PendingMigrations(connection_).value(), IsEmpty());
  EXPECT_EQ(QueryOne(connection_, "SELECT count(*) FROM comments"), "0");
  EXPECT_EQ(QueryOne(connection_, "SELECT count(*) FROM dead_letters"), "0");
}

TEST_F(MigrateTest, DoesNothingTheSecondTime) {
  ASSERT_EQ(Migrate(connection_).value(), all_);
  EXPECT_EQ(Migrate(connection_).value(), 0);
}

TEST_F(MigrateTest, LooksWithoutWriting) {
  ASSERT_TRUE(PendingMigrations(connection_).ok());
  EXPECT_EQ(QueryOne(connection_, "SELECT to_regclass('schema_migrations') IS NULL"), "t");
}

TEST_F(MigrateTest, AppliesEachOnceWhenSeveralStart) {
  const auto migrate = [this] {
    auto connection = ConnectTo(url_);
    return Migrate(connection).value();
  };
  std::vector<std::future<int>> flushers;
  for (int i = 0; i < 4; ++i) flushers.push_back(std::async(std::launch::async, migrate));
  int applied = 0;
  for (auto& flusher : flushers) applied += flusher.get();
  EXPECT_EQ(applied, all_);
  EXPECT_EQ(QueryOne(connection_, "SELECT count(*) FROM schema_migrations"), std::to_string(all_));
}

TEST_F(MigrateTest, TakesTurnsWithDbmate) {
  // The table as dbmate makes it, with the first migration applied by it.
  const auto first = BuiltInMigrations().front();
  QueryOne(connection_, "CREATE TABLE schema_migrations (version varchar(128) PRIMARY KEY);" +
                            first.up_sql + "INSERT INTO schema_migrations (version) VALUES ('" +
                            first.version + "')");
  EXPECT_EQ(Migrate(connection_).value(), all_ - 1);
  EXPECT_EQ(QueryOne(connection_,
                     "SELECT string_agg(version, ' ' ORDER BY version) FROM schema_migrations"),
            "20260101000001 20260101000002");
}

TEST_F(MigrateTest, LeavesNothingOfAMigrationThatFails) {
  const std::vector<Migration> migrations{
      {"1", "1_good.sql", "CREATE TABLE good ();"},
      {"2", "2_bad.sql", "CREATE TABLE half (); SELECT 1/0;"},
      {"3", "3_later.sql", "CREATE TABLE later ();"},
  };
  const auto status = Migrate(connection_, migrations).status();
  EXPECT_THAT(std::string(status.message()), HasSubstr("2_bad.sql: division by zero"));
  EXPECT_EQ(QueryOne(connection_, "SELECT to_regclass('good') IS NOT NULL"), "t");
  EXPECT_EQ(QueryOne(connection_, "SELECT to_regclass('half') IS NULL"), "t");
  EXPECT_THAT(PendingMigrations(connection_, migrations).value(), SizeIs(2));
}

TEST_F(MigrateTest, NeedsNoRightToCreateWhenNothingIsPending) {
  ASSERT_TRUE(Migrate(connection_).ok());
  QueryOne(connection_,
           "DROP ROLE IF EXISTS reader; CREATE ROLE reader;"
           "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader; SET ROLE reader");
  EXPECT_EQ(Migrate(connection_).value(), 0);
  QueryOne(connection_, "RESET ROLE; DROP OWNED BY reader; DROP ROLE reader");
}

}  // namespace
}  // namespace inkwell::testing
