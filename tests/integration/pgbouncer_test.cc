// Flushers that reach Postgres through PgBouncer in transaction mode, with fewer connections
// than they have workers, while each part is killed under load.

#include "tests/support/pgbouncer.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/integration/loaded_stack.h"

namespace inkwell::testing {
namespace {

class ThroughPgBouncer : public ::testing::Test {
 protected:
  // Has the flushers wait in the middle of their batches, kills them there, and starts them.
  void KillFlushersInMidBatch() {
    {
      auto holder = flusher::PgConnection::Connect({.conninfo = stack_.postgres().Url()}).value();
      holder.Exec("BEGIN; LOCK TABLE comments").value();
      ASSERT_TRUE(Await([this] {
        return stack_.QueryOne(
                   "SELECT count(*) FROM pg_stat_activity"
                   " WHERE wait_event_type = 'Lock'") != "0";
      }));
      for (auto* flusher : loaded_.flushers()) flusher->Kill9();
    }
    for (auto* flusher : loaded_.flushers()) flusher->Start();
  }

  Stack stack_;
  const std::unique_ptr<PgBouncer> pooler_ = PgBouncer::Start(stack_.postgres()).value();
  LoadedStack loaded_{stack_, {"--postgres=" + pooler_->Url()}};
};

TEST_F(ThroughPgBouncer, AllIsWrittenOnceWhateverIsKilled) {
  ASSERT_TRUE(loaded_.AwaitLoad());
  // It takes savepoints to find it.
  ASSERT_TRUE(loaded_.Poison());
  const auto sessions = stack_.QueryOne(
      "SELECT count(*) FROM pg_stat_activity"
      " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()");
  EXPECT_LE(std::stoi(sessions), 2) << "of two flushers with four workers each";

  ASSERT_NO_FATAL_FAILURE(KillFlushersInMidBatch());
  ASSERT_TRUE(loaded_.AwaitPersisted()) << loaded_.Logs();

  pooler_->Kill9();
  ASSERT_TRUE(loaded_.AwaitLoad()) << "ingest needs no Postgres";
  ASSERT_TRUE(pooler_->Restart().ok());
  ASSERT_TRUE(loaded_.AwaitPersisted()) << loaded_.Logs();

  stack_.postgres().Kill9();
  ASSERT_TRUE(loaded_.AwaitLoad()) << "ingest needs no Postgres";
  ASSERT_TRUE(stack_.postgres().Restart().ok());
  ASSERT_TRUE(loaded_.AwaitPersisted()) << loaded_.Logs();

  ASSERT_TRUE(loaded_.StopAndDrain()) << loaded_.Logs();
  EXPECT_EQ(loaded_.TakeDeadLetters(), "23514") << "the poison";
  EXPECT_EQ(loaded_.Verdict(), "");
}

}  // namespace
}  // namespace inkwell::testing
