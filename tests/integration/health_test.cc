// The standard health service of both programs, overall and for each service.

#include <gtest/gtest.h>

#include "tests/support/stack.h"

namespace inkwell::testing {
namespace {

using Health = ServiceProcess::Health;

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
