// Redis loses what it had, under load: every acknowledged comment reaches Postgres all the
// same, since the ingest that accepted it pushes it again.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "common/redis/connection.h"
#include "tests/support/create_load.h"
#include "tests/support/stack.h"

namespace inkwell::testing {
namespace {

using ::testing::IsEmpty;

class HistoryLoss : public ::testing::Test {
 protected:
  // A Redis that keeps nothing on disk, and a flusher so slow that much is pending.
  HistoryLoss()
      : stack_({.redis = {}}),
        ingest_(stack_.AddIngest({"--ack_timeout=500ms"})),
        flusher_(stack_.AddFlusher({"--schedule=@every 300ms", "--flush_backlog=1000000"})),
        load_({ingest_.channel()}) {}

  void ExpectAllPersisted() {
    load_.Stop();
    std::vector<std::string> lost;
    const auto acknowledged = load_.acknowledged();
    EXPECT_TRUE(Await([&] {
      lost.clear();
      const auto rows = stack_.QueryAll("SELECT comment_id FROM comments ORDER BY 1");
      std::set_difference(acknowledged.begin(), acknowledged.end(), rows.begin(), rows.end(),
                          std::back_inserter(lost));
      return lost.empty();
    })) << ingest_.Log()
        << flusher_.Log();
    EXPECT_THAT(lost, IsEmpty());
    EXPECT_EQ(stack_.QueryOne("SELECT count(*) FROM dead_letters"), "0");
  }

  Stack stack_;
  ServiceProcess& ingest_;
  ServiceProcess& flusher_;
  CreateLoad load_;
};

TEST_F(HistoryLoss, RedisKilledAndStartedEmpty) {
  for (int round = 0; round < 3; ++round) {
    ASSERT_TRUE(load_.AwaitAcknowledged(300)) << ingest_.Log();
    stack_.redis().Kill9();
    ASSERT_TRUE(stack_.redis().Restart().ok());
  }
  ASSERT_TRUE(load_.AwaitAcknowledged(300)) << ingest_.Log();
  ExpectAllPersisted();
  EXPECT_THAT(ingest_.Log(), ::testing::HasSubstr("pushed again"));
}

TEST_F(HistoryLoss, Flushall) {
  for (int round = 0; round < 3; ++round) {
    ASSERT_TRUE(load_.AwaitAcknowledged(300)) << ingest_.Log();
    auto connection =
        redis::Connection::Connect(*redis::ParseUrl(stack_.redis().Url()), redis::ConnectOptions());
    ASSERT_TRUE(connection.ok()) << connection.status();
    ASSERT_TRUE(connection->Call({"FLUSHALL"}).ok());
  }
  ASSERT_TRUE(load_.AwaitAcknowledged(300)) << ingest_.Log();
  ExpectAllPersisted();
}

TEST_F(HistoryLoss, WhileNobodyCalls) {
  ASSERT_TRUE(load_.AwaitAcknowledged(300));
  load_.Stop();
  stack_.redis().Kill9();
  ASSERT_TRUE(stack_.redis().Restart().ok());
  ExpectAllPersisted();
}

}  // namespace
}  // namespace inkwell::testing
