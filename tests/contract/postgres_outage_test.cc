// PostgresStore while its server is killed, hangs, refuses it, and comes back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/flusher/store/migrate.h"
#include "services/flusher/store/postgres_store.h"
#include "services/flusher/store/sqlstate.h"
#include "tests/contract/postgres_fixture.h"
#include "tests/support/store_rows.h"

namespace inkwell::testing {
namespace {

using flusher::PostgresStore;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto kUnavailable = absl::StatusCode::kUnavailable;

class PostgresOutageTest : public ::testing::Test {
 protected:
  PostgresOutageTest() {
    auto connection = ConnectTo(server_->Url());
    flusher::Migrate(connection).value();
  }

  std::unique_ptr<PostgresStore> NewStore() {
    auto options = StoreOptions(server_->Url());
    options.connection.reply_timeout = std::chrono::milliseconds(500);
    return PostgresStore::Create(options).value();
  }
  std::string RowCount() {
    auto connection = ConnectTo(server_->Url());
    return QueryOne(connection, "SELECT count(*) FROM comments");
  }

  // Of its own: it is killed.
  const std::unique_ptr<PostgresServer> server_ = PostgresServer::Start().value();
  const std::unique_ptr<PostgresStore> store_ = NewStore();
};

TEST_F(PostgresOutageTest, LosesWhatWasNotCommittedAndRecovers) {
  auto transaction = store_->Begin(0).value();
  ASSERT_TRUE(transaction->Write(SetOf(CommentsOf(1, 3))).ok());
  server_->Kill9();
  EXPECT_EQ(transaction->Commit().code(), kUnavailable);
  transaction.reset();
  EXPECT_EQ(store_->Begin(0).status().code(), kUnavailable);

  ASSERT_EQ(server_->Restart(), absl::OkStatus());
  EXPECT_EQ(RowCount(), "0");
  transaction = store_->Begin(0).value();
  ASSERT_NE(transaction, nullptr);
  EXPECT_EQ(transaction->Write(SetOf(CommentsOf(1, 3))).value().inserted, 3);
  EXPECT_EQ(transaction->Commit(), absl::OkStatus());
  EXPECT_EQ(RowCount(), "3");
}

TEST_F(PostgresOutageTest, KeepsWhatWasCommitted) {
  auto transaction = store_->Begin(0).value();
  ASSERT_TRUE(transaction->Write(SetOf(CommentsOf(1, 1000))).ok());
  ASSERT_EQ(transaction->Commit(), absl::OkStatus());
  server_->Kill9();
  ASSERT_EQ(server_->Restart(), absl::OkStatus());
  EXPECT_EQ(RowCount(), "1000");
}

TEST_F(PostgresOutageTest, FailsAWriteWhoseServerIsGone) {
  auto transaction = store_->Begin(0).value();
  server_->Kill9();
  // Far more than socket buffers hold.
  const std::string large(1 << 20, 'x');
  EXPECT_EQ(transaction->Write(SetOf(CommentsOf(1, 20, large))).status().code(), kUnavailable);
  EXPECT_EQ(transaction->Commit().code(), kUnavailable);
}

TEST_F(PostgresOutageTest, SaysThatTheServerIsShuttingDown) {
  auto transaction = store_->Begin(0).value();
  ASSERT_EQ(server_->Stop(), absl::OkStatus());
  const auto status = transaction->Write(SetOf(CommentsOf(1, 1))).status();
  EXPECT_EQ(status.code(), kUnavailable);
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr("\n")));
}

TEST_F(PostgresOutageTest, GivesUpOnAServerThatHangs) {
  auto transaction = store_->Begin(0).value();
  server_->Pause();
  const std::string large(1 << 20, 'x');
  EXPECT_EQ(transaction->Write(SetOf(CommentsOf(1, 20, large))).status().code(), kUnavailable);
  transaction.reset();
  server_->Resume();
  // The server still has to notice that the connection is gone.
  EXPECT_TRUE(Await([this] { return store_->Begin(0).value() != nullptr; }));
  EXPECT_EQ(RowCount(), "0");
}

TEST_F(PostgresOutageTest, LooksForAnotherServerWhenThisOneTakesNoWrites) {
  ASSERT_TRUE(store_->Begin(0).ok());
  auto eyes = ConnectTo(server_->Url());
  const auto set_read_only = [&](const std::string& value) {
    QueryOne(eyes, "ALTER SYSTEM SET default_transaction_read_only = " + value);
    QueryOne(eyes, "SELECT pg_reload_conf()");
  };
  set_read_only("on");
  absl::Status status;
  ASSERT_TRUE(Await([&] {
    status = store_->Begin(0).status();
    return !status.ok();
  }));
  EXPECT_EQ(status.code(), kUnavailable);
  EXPECT_EQ(flusher::SqlstateOf(status), "25006");
  EXPECT_THAT(std::string(status.message()), HasSubstr("takes no writes"));
  // The next one goes wherever the address leads by then.
  EXPECT_TRUE(Await([&] {
    return QueryOne(eyes,
                    "SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                    " AND backend_type = 'client backend'") == "0";
  }));
  set_read_only("off");
  EXPECT_TRUE(Await([&] { return store_->Begin(0).ok(); }));
}

TEST(PostgresPasswordTest, SaysThatItIsWrongWithoutTellingIt) {
  PostgresServer::Options server_options;
  server_options.password = "correct-horse";
  const auto server = PostgresServer::Start(server_options).value();
  const auto begin = [](const std::string& url) {
    return PostgresStore::Create(StoreOptions(url)).value()->Begin(0).status();
  };
  auto connection = ConnectTo(server->Url());
  flusher::Migrate(connection).value();
  EXPECT_EQ(begin(server->Url()), absl::OkStatus());

  std::string url = server->Url();
  url.replace(url.find("correct-horse"), 13, "wrong-battery");
  const auto status = begin(url);
  EXPECT_EQ(status.code(), kUnavailable);
  EXPECT_THAT(std::string(status.message()), HasSubstr("password authentication failed"));
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr("wrong-battery")));
}

}  // namespace
}  // namespace inkwell::testing
