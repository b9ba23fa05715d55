// Postgres is down for a minute under load: callers do not notice, nothing becomes a dead
// letter, and all of it is written afterwards.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "tests/support/create_load.h"
#include "tests/support/stack.h"

namespace inkwell::testing {
namespace {

using ::testing::IsEmpty;

constexpr std::chrono::seconds kAway{60};

TEST(PostgresAway, ForAMinuteUnderLoad) {
  Stack stack;
  auto& ingest = stack.AddIngest();
  auto& flusher = stack.AddFlusher();
  CreateLoad load({ingest.channel()});
  ASSERT_TRUE(load.AwaitAcknowledged(1000));

  stack.postgres().Kill9();
  const auto back = std::chrono::steady_clock::now() + kAway;
  while (std::chrono::steady_clock::now() < back) {
    ASSERT_TRUE(load.AwaitAcknowledged(1000)) << "ingest needs no Postgres";
  }
  ASSERT_TRUE(stack.postgres().Restart().ok());
  ASSERT_TRUE(load.AwaitAcknowledged(1000));
  load.Stop();

  EXPECT_THAT(load.failures(), IsEmpty());
  EXPECT_TRUE(Await([&] { return GetStatus(flusher).pending() == 0; })) << flusher.Log();
  EXPECT_THAT(stack.Missing(load.acknowledged()), IsEmpty());
  EXPECT_EQ(stack.QueryOne("SELECT count(*) FROM dead_letters"), "0");
}

}  // namespace
}  // namespace inkwell::testing
