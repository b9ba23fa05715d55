// Redis loses all that it had in the middle of 30 seconds of load, with seconds of it not yet
// flushed: every acknowledged comment reaches Postgres.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>

#include "common/redis/connection.h"
#include "tests/support/create_load.h"
#include "tests/support/stack.h"

namespace inkwell::testing {
namespace {

using std::chrono::seconds;
using ::testing::IsEmpty;

constexpr seconds kHalfOfTheLoad{15};

class HistoryLossAtFullSize : public ::testing::Test {
 protected:
  void LoseHistoryInTheMiddle(const std::function<void()>& lose) {
    CreateLoad load({ingest_.channel()}, 8);
    LoadFor(kHalfOfTheLoad);
    const auto before = load.acknowledged().size();
    // There is something to lose: not yet in Postgres.
    ASSERT_TRUE(Await([&] {
      return stack_.CountComments() < static_cast<std::int64_t>(load.acknowledged().size());
    }));
    lose();
    LoadFor(kHalfOfTheLoad);
    load.Stop();
    const auto acknowledged = load.acknowledged();
    EXPECT_GT(acknowledged.size(), before) << "the load did not go on";
    RecordProperty("acknowledged", static_cast<int>(acknowledged.size()));

    EXPECT_TRUE(Await([&] {
      return stack_.CountComments() >= static_cast<std::int64_t>(acknowledged.size());
    })) << ingest_.Log();
    EXPECT_THAT(stack_.Missing(acknowledged), IsEmpty());
    EXPECT_EQ(stack_.QueryOne("SELECT count(*) FROM dead_letters"), "0");
  }

  static void LoadFor(seconds duration) {
    const auto end = std::chrono::steady_clock::now() + duration;
    (void)Await([end] { return std::chrono::steady_clock::now() >= end; }, 2 * duration);
  }

  // Nothing on disk, and a flush only every few seconds.
  Stack stack_{{.redis = {}}};
  ServiceProcess& ingest_ = stack_.AddIngest();
  ServiceProcess& flusher_ = stack_.AddFlusher({"--schedule=@every 4s", "--flush_backlog=1000000"});
};

TEST_F(HistoryLossAtFullSize, RedisKilledAndStartedEmpty) {
  LoseHistoryInTheMiddle([this] {
    stack_.redis().Kill9();
    ASSERT_TRUE(stack_.redis().Restart().ok());
  });
}

TEST_F(HistoryLossAtFullSize, Flushall) {
  LoseHistoryInTheMiddle([this] {
    auto redis =
        redis::Connection::Connect(*redis::ParseUrl(stack_.redis().Url()), redis::ConnectOptions());
    ASSERT_TRUE(redis.ok()) << redis.status();
    ASSERT_TRUE(redis->Call({"FLUSHALL"}).ok());
  });
}

}  // namespace
}  // namespace inkwell::testing
