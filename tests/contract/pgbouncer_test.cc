// PostgresStore and migrations through a real PgBouncer: what a session would keep is not
// there, and what PgBouncer refuses is said with what would be right.
#include "tests/support/pgbouncer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "services/flusher/store/migrate.h"
#include "tests/contract/postgres_fixture.h"
#include "tests/support/store_rows.h"

namespace inkwell::testing {
namespace {

using flusher::Migrate;
using flusher::PgConnection;
using flusher::PostgresStore;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr char kDatabase[] = "pooled";

class PgBouncerTest : public ::testing::Test {
 protected:
  std::unique_ptr<PgBouncer> Pooler(PgBouncer::Options options) {
    return PgBouncer::Start(SharedPostgres(), std::move(options)).value();
  }
  // Of the store's first call on `url`.
  static absl::Status Begin(const std::string& url) {
    return PostgresStore::Create(StoreOptions(url)).value()->Begin(0).status();
  }

  const std::string direct_ = NewDatabase(kDatabase);
};

TEST_F(PgBouncerTest, NothingOfATransactionStaysInTheSession) {
  // Whoever comes next gets the one session that the store had.
  const auto pooler = Pooler({.pool_size = 1});
  auto next = ConnectTo(pooler->Url(kDatabase));
  const auto session = QueryOne(next, "SELECT pg_backend_pid()");
  Migrate(next).value();
  const auto store = PostgresStore::Create(StoreOptions(pooler->Url(kDatabase))).value();
  auto transaction = store->Begin(0).value();
  ASSERT_TRUE(transaction->Write(SetOf(CommentsOf(1, 3))).ok());
  ASSERT_EQ(transaction->Commit(), absl::OkStatus());
  transaction = store->Begin(0).value();
  ASSERT_TRUE(transaction->Write(SetOf(CommentsOf(3, 5))).ok()) << "by the savepoint";
  transaction.reset();  // rolled back

  EXPECT_EQ(QueryOne(next, "SELECT pg_backend_pid()"), session);
  EXPECT_EQ(QueryOne(next, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"), "0");
  EXPECT_EQ(QueryOne(next, "SELECT count(*) FROM pg_prepared_statements"), "0");
  EXPECT_EQ(QueryOne(next,
                     "SELECT string_agg(name, ' ') FROM pg_settings WHERE source = 'session'"
                     " AND name IN ('statement_timeout', 'lock_timeout', 'synchronous_commit',"
                     "  'idle_in_transaction_session_timeout')"),
            "");
  EXPECT_EQ(QueryOne(next, "SELECT count(*) FROM comments"), "3");
}

TEST_F(PgBouncerTest, SeveralFlushersMigrateAtOnce) {
  const auto pooler = Pooler({});
  const auto migrations = flusher::BuiltInMigrations(/*table_partitions=*/4);
  const auto migrate = [&] {
    auto connection = ConnectTo(pooler->Url(kDatabase));
    return Migrate(connection, migrations).value();
  };
  std::vector<std::future<int>> flushers;
  for (int i = 0; i < 4; ++i) flushers.push_back(std::async(std::launch::async, migrate));
  int applied = 0;
  for (auto& flusher : flushers) applied += flusher.get();
  EXPECT_EQ(applied, static_cast<int>(migrations.size()));
}

TEST_F(PgBouncerTest, ComesBackWithIt) {
  const auto pooler = Pooler({});
  auto connection = ConnectTo(direct_);
  Migrate(connection).value();
  const auto store = PostgresStore::Create(StoreOptions(pooler->Url(kDatabase))).value();
  auto transaction = store->Begin(0).value();
  pooler->Kill9();
  EXPECT_TRUE(absl::IsUnavailable(transaction->Write(SetOf(CommentsOf(1, 3))).status()));
  transaction.reset();
  EXPECT_TRUE(absl::IsUnavailable(store->Begin(0).status()));
  ASSERT_EQ(pooler->Restart(), absl::OkStatus());
  // The session of before still has to notice that nobody is there any more.
  EXPECT_TRUE(Await([&] {
    transaction = store->Begin(0).value();
    return transaction != nullptr;
  }));
}

TEST_F(PgBouncerTest, OptionsAreRefusedAndItSaysWhatWouldBeRight) {
  const auto pooler = Pooler({});
  const auto status = Begin(pooler->Url(kDatabase) + "?options=-c%20statement_timeout%3D5s");
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_THAT(std::string(status.message()), AllOf(HasSubstr("unsupported startup parameter"),
                                                   HasSubstr("; take it out of --postgres")));
}

TEST_F(PgBouncerTest, StatementModeIsRefusedAndItSaysWhatWouldBeRight) {
  auto connection = ConnectTo(direct_);
  Migrate(connection).value();
  const auto pooler = Pooler({.pool_mode = "statement"});
  const auto status = Begin(pooler->Url(kDatabase));
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("set PgBouncer's pool_mode to transaction"));
}

TEST_F(PgBouncerTest, FindsTheServerThatTakesWrites) {
  const auto pooler = Pooler({});
  auto connection = ConnectTo(pooler->Url(kDatabase) + "?target_session_attrs=read-write");
  EXPECT_EQ(QueryOne(connection, "SELECT 1"), "1");
}

}  // namespace
}  // namespace inkwell::testing
