// Whether both programs can do their work, as the standard health service says it, overall
// and for each service, and /readyz.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/await.h"
#include "tests/support/stack.h"

namespace inkwell::testing {
namespace {

using Health = ServiceProcess::Health;
using ::testing::HasSubstr;

TEST(HealthTest, IngestServesWhileItReachesRedis) {
  Stack stack;
  stack.redis().Kill9();
  auto& ingest = stack.AddIngest({}, Until::kListening);
  EXPECT_EQ(ingest.HealthOf(), Health::NOT_SERVING);
  EXPECT_EQ(ingest.HealthOf("inkwell.v1.CommentService"), Health::NOT_SERVING);
  ASSERT_TRUE(stack.redis().Restart().ok());
  EXPECT_TRUE(ingest.AwaitServing()) << ingest.Log();
  EXPECT_EQ(ingest.HealthOf("inkwell.v1.CommentService"), Health::SERVING);
  EXPECT_EQ(ingest.HealthOf("inkwell.v1.FlusherService"), std::nullopt) << "not here";
}

// Health and /readyz change at the same moment, but are asked one after the other.
bool AwaitReady(ServiceProcess& service, bool ready) {
  const auto health = ready ? Health::SERVING : Health::NOT_SERVING;
  return Await([&] {
    return service.HealthOf() == health &&
           service.HealthOf("inkwell.v1.FlusherService") == health &&
           service.ReadyStatus() == (ready ? 200 : 503);
  });
}

TEST(HealthTest, FlusherFollowsPostgresWithNothingToFlush) {
  Stack stack;
  auto& flusher = stack.AddFlusher(OnRequestOnly());
  ASSERT_TRUE(AwaitReady(flusher, true)) << flusher.Log();
  ASSERT_TRUE(stack.postgres().Stop().ok());
  EXPECT_TRUE(AwaitReady(flusher, false)) << flusher.Log();
  EXPECT_THAT(flusher.Metrics(), HasSubstr("inkwell_postgres_reachable 0\n"));
  ASSERT_TRUE(stack.postgres().Restart().ok());
  EXPECT_TRUE(AwaitReady(flusher, true)) << flusher.Log();
  EXPECT_THAT(flusher.Metrics(), HasSubstr("inkwell_postgres_reachable 1\n"));

  stack.postgres().Pause();  // it hangs, with connections left open
  EXPECT_TRUE(AwaitReady(flusher, false)) << flusher.Log();
  stack.postgres().Resume();
  EXPECT_TRUE(AwaitReady(flusher, true)) << flusher.Log();
}

TEST(HealthTest, FlusherFollowsRedis) {
  Stack stack;
  auto& flusher = stack.AddFlusher(OnRequestOnly());
  ASSERT_TRUE(AwaitReady(flusher, true)) << flusher.Log();
  stack.redis().Kill9();
  EXPECT_TRUE(AwaitReady(flusher, false)) << flusher.Log();
  ASSERT_TRUE(stack.redis().Restart().ok());
  EXPECT_TRUE(AwaitReady(flusher, true)) << flusher.Log();
}

TEST(HealthTest, FlusherServesOnceTheSchemaIsThere) {
  Stack stack;
  stack.postgres().Kill9();
  auto& flusher = stack.AddFlusher({}, Until::kListening);
  EXPECT_EQ(flusher.HealthOf(), Health::NOT_SERVING);
  EXPECT_EQ(flusher.HealthOf("inkwell.v1.FlusherService"), Health::NOT_SERVING);
  ASSERT_TRUE(stack.postgres().Restart().ok());
  EXPECT_TRUE(flusher.AwaitServing()) << flusher.Log();
  EXPECT_EQ(flusher.HealthOf("inkwell.v1.FlusherService"), Health::SERVING);
}

}  // namespace
}  // namespace inkwell::testing
