// Redis loses what it had, under load: every acknowledged comment reaches Postgres all the
// same, since the ingest that accepted it pushes it again.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <string_view>

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

  void OnRedis(std::initializer_list<std::string_view> command) {
    auto connection =
        redis::Connection::Connect(*redis::ParseUrl(stack_.redis().Url()), redis::ConnectOptions());
    ASSERT_TRUE(connection.ok()) << connection.status();
    ASSERT_TRUE(connection->Call(command).ok());
  }

  void ExpectAllPersisted() {
    load_.Stop();
    const auto acknowledged = load_.acknowledged();
    EXPECT_TRUE(Await([&] { return stack_.Missing(acknowledged).empty(); }))
        << ingest_.Log() << flusher_.Log();
    EXPECT_THAT(stack_.Missing(acknowledged), IsEmpty());
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
    OnRedis({"FLUSHALL"});
  }
  ASSERT_TRUE(load_.AwaitAcknowledged(300)) << ingest_.Log();
  ExpectAllPersisted();
}

// Not empty, but rolled back: to entries that are trimmed since, and without those that came
// after.
TEST_F(HistoryLoss, RedisComesBackWithAnOldSnapshot) {
  ASSERT_TRUE(load_.AwaitAcknowledged(300));
  OnRedis({"SAVE"});
  ASSERT_TRUE(load_.AwaitAcknowledged(1000)) << ingest_.Log();
  stack_.redis().Kill9();
  ASSERT_TRUE(stack_.redis().Restart().ok());
  ASSERT_TRUE(load_.AwaitAcknowledged(300)) << ingest_.Log();
  ExpectAllPersisted();
  EXPECT_THAT(ingest_.Log(), ::testing::HasSubstr("pushed again"));
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
