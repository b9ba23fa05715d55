// PostgresStore on a primary with a synchronous standby: what it says is committed the
// standby has, so that no failover takes it back.
#include <gtest/gtest.h>

#include "services/flusher/store/migrate.h"
#include "tests/contract/postgres_fixture.h"
#include "tests/support/store_rows.h"

namespace inkwell::testing {
namespace {

using flusher::OutcomeCounts;
using flusher::PostgresStore;

class StandbyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto connection = ConnectTo(primary_->Url());
    flusher::Migrate(connection).value();
    ASSERT_EQ(primary_->RequireStandby(), absl::OkStatus());
  }

  std::unique_ptr<PostgresStore> NewStore() {
    auto options = StoreOptions(primary_->Url());
    options.connection.reply_timeout = std::chrono::milliseconds(500);
    return PostgresStore::Create(options).value();
  }
  // Writes `set` and says what became of its COMMIT.
  absl::Status Write(const flusher::WriteSet& set, const OutcomeCounts& expected) {
    auto transaction = store_->Begin(0);
    if (!transaction.ok()) return transaction.status();
    if (*transaction == nullptr) return absl::UnavailableError("locked");
    const auto outcomes = (*transaction)->Write(set);
    if (!outcomes.ok()) return outcomes.status();
    EXPECT_EQ(*outcomes, expected);
    return (*transaction)->Commit();
  }

  const std::unique_ptr<PostgresServer> primary_ = PostgresServer::Start().value();
  const std::unique_ptr<PostgresServer> standby_ =
      PostgresServer::StartStandbyOf(*primary_).value();
  const std::unique_ptr<PostgresStore> store_ = NewStore();
};

TEST_F(StandbyTest, NothingIsCommittedBeforeItHasIt) {
  ASSERT_EQ(Write(SetOf(CommentsOf(1, 2)), {.inserted = 2}), absl::OkStatus());
  standby_->Pause();
  const auto edit = SetOfEdits({BodyOf(1, 5, "edited")});
  EXPECT_TRUE(absl::IsUnavailable(Write(edit, {.updated = 1})));
  primary_->Kill9();
  ASSERT_EQ(primary_->Restart(), absl::OkStatus());
  // The edit is there, but on the primary alone.
  EXPECT_TRUE(absl::IsUnavailable(Write(edit, {.stale = 1})));
  standby_->Resume();
  EXPECT_TRUE(Await([&] { return Write(edit, {.stale = 1}).ok(); }));
}

}  // namespace
}  // namespace inkwell::testing
