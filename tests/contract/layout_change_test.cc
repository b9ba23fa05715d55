// The steps of changing the number of partitions, in a real Redis.

#include "common/queue/layout_change.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "common/base/errors.h"
#include "common/queue/keys.h"
#include "common/queue/redis_drain_queue.h"
#include "common/queue/redis_push_queue.h"
#include "tests/contract/redis_queue_options.h"

namespace inkwell::queue {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class LayoutChangeTest : public ::testing::Test {
 protected:
  // As the first service that starts does.
  void StoreLayout() { ASSERT_TRUE(RedisDrainQueue(OptionsFor(*server_)).ReadSnapshot().ok()); }

  std::string Call(std::initializer_list<std::string_view> command) {
    auto connection = redis::Connection::Connect(OptionsFor(*server_).url, redis::ConnectOptions());
    const auto reply = connection->Call(command);
    EXPECT_TRUE(reply.ok()) << reply.status();
    return std::string((**reply).Text());
  }

  const std::unique_ptr<testing::RedisServer> server_ = *testing::RedisServer::Start();
  LayoutChange change_{OptionsFor(*server_)};
};

TEST_F(LayoutChangeTest, NeedsANamespaceThatIsThere) {
  for (const absl::Status& status : {change_.Read().status(), change_.Mark(5).status()}) {
    EXPECT_TRUE(absl::IsFailedPrecondition(status));
    EXPECT_THAT(std::string(status.message()),
                AllOf(HasSubstr("comments:config"), HasSubstr("--partitions")));
  }
  EXPECT_FALSE(change_.Read().ok()) << "nothing was stored";
}

TEST_F(LayoutChangeTest, EachStepMayBeDoneAgain) {
  StoreLayout();
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(*change_.Mark(5), Marked::kMarked);
    EXPECT_TRUE(change_.RenewEpochs(*change_.Read()).ok());
  }
  EXPECT_EQ(*change_.Read(), (Layout{kPartitions, 5, 5}));
  EXPECT_TRUE(*change_.Finish(5));
  EXPECT_FALSE(*change_.Finish(5));
  EXPECT_EQ(*change_.Mark(5), Marked::kNothingToDo);
  EXPECT_EQ(*change_.Read(), (Layout{5, 5, {}}));
}

TEST_F(LayoutChangeTest, RefusesAnotherWhileOneIsUnderWay) {
  StoreLayout();
  ASSERT_EQ(*change_.Mark(5), Marked::kMarked);
  const absl::Status status = change_.Mark(6).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status));
  EXPECT_EQ(ReasonOf(status), kOtherRepartitioning);
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("finish it with --to 5"), HasSubstr("take it back with --to 3")));
  EXPECT_FALSE(*change_.Finish(6));
}

TEST_F(LayoutChangeTest, IsTakenBackByTheOldCount) {
  StoreLayout();
  ASSERT_EQ(*change_.Mark(5), Marked::kMarked);
  EXPECT_EQ(*change_.Mark(kPartitions), Marked::kTakenBack);
  EXPECT_FALSE(*change_.Finish(5));
  EXPECT_EQ(*change_.Read(), (Layout{kPartitions, 5, {}})) << "lists may stay";
  EXPECT_EQ(*change_.Mark(kPartitions), Marked::kNothingToDo);
}

TEST_F(LayoutChangeTest, NewPartitionsDrawLargerRevisionsThanAnOldOneWhoseClockWasAhead) {
  StoreLayout();
  constexpr std::int64_t kFuture = 4'000'000'000'000'000;  // in 2096
  Call({"HSET", "{comments:2}:meta", "revision", std::to_string(kFuture)});
  ASSERT_EQ(*change_.Mark(5), Marked::kMarked);
  const auto before = change_.RenewEpochs(*change_.Read());
  ASSERT_TRUE(before.ok());
  EXPECT_EQ(before->size(), 5u);
  ASSERT_TRUE(*change_.Finish(5));
  RedisPushQueue push(OptionsFor(server_->Url(), 5));
  ASSERT_TRUE(push.Connect().ok());
  for (int p = 0; p < 5; ++p) {
    const RevisionRequest request{p, 1};
    EXPECT_EQ((*push.DrawRevisions({&request, 1}))[0].first, kFuture + 1);
  }
}

TEST_F(LayoutChangeTest, AServiceMayStartWithEitherCountMeanwhileAndThenFollows) {
  StoreLayout();
  ASSERT_EQ(*change_.Mark(5), Marked::kMarked);
  RedisDrainQueue with_old(OptionsFor(server_->Url(), kPartitions));
  RedisDrainQueue with_new(OptionsFor(server_->Url(), 5));
  EXPECT_TRUE(with_old.ReadSnapshot().ok());
  EXPECT_TRUE(with_new.ReadSnapshot().ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(
      RedisDrainQueue(OptionsFor(server_->Url(), 6)).ReadSnapshot().status()));
  ASSERT_TRUE(*change_.Finish(5));
  EXPECT_EQ(with_old.ReadSnapshot()->layout.partitions, 5);
  const absl::Status late =
      RedisDrainQueue(OptionsFor(server_->Url(), kPartitions)).ReadSnapshot().status();
  EXPECT_TRUE(absl::IsFailedPrecondition(late));
  EXPECT_THAT(std::string(late.message()), HasSubstr("repartition --to 3"));
}

// What follows a change gives it to a Redis that comes back empty.
TEST_F(LayoutChangeTest, OutlivesTheLossOfRedisInTheServicesThatRun) {
  StoreLayout();
  RedisDrainQueue running(OptionsFor(*server_));
  ASSERT_TRUE(running.ReadSnapshot().ok());
  ASSERT_EQ(*change_.Mark(1), Marked::kMarked);
  ASSERT_TRUE(*change_.Finish(1));
  ASSERT_EQ(running.ReadSnapshot()->layout, (Layout{1, kPartitions, {}}));
  server_->Kill9();
  ASSERT_TRUE(server_->Restart().ok());
  EXPECT_FALSE(running.ReadSnapshot().ok());
  EXPECT_EQ(running.ReadSnapshot()->layout, (Layout{1, kPartitions, {}}));
}

TEST_F(LayoutChangeTest, WhoRunsGoesOnDrainingListsThatRedisHasForgotten) {
  StoreLayout();
  RedisDrainQueue running(OptionsFor(*server_));
  ASSERT_EQ(*change_.Mark(5), Marked::kMarked);
  ASSERT_EQ(running.ReadSnapshot()->layout.lists, 5);
  Call({"HDEL", "comments:config", "lists", "repartition_to"});
  EXPECT_EQ(running.ReadSnapshot()->layout, (Layout{kPartitions, 5, {}}));
}

TEST_F(LayoutChangeTest, RefusesALayoutThatMakesNoSense) {
  StoreLayout();
  Call({"HSET", "comments:config", "partitions", "many"});
  const absl::Status status = change_.Read().status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("many"));
}

}  // namespace
}  // namespace inkwell::queue
