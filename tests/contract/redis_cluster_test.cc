// What only a real cluster can show of the queue: slots that move, and nodes that are gone.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "common/queue/keys.h"
#include "common/queue/redis_drain_queue.h"
#include "common/queue/redis_push_queue.h"
#include "tests/contract/redis_queue_options.h"
#include "tests/support/await.h"

namespace inkwell::queue {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string KeyOf(int partition) {
  return MakePartitionKeys("comments", kPartitions)[static_cast<std::size_t>(partition)].changes;
}

TEST(RedisCluster, IsFoundByAnyOfItsNodes) {
  testing::RedisCluster cluster(false);
  auto options = OptionsFor(cluster);
  options.url.servers = {{"127.0.0.1", 1}, options.url.servers.front()};
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(RedisPushQueue(options).Connect().ok());
  options.url.servers.pop_back();
  const absl::Status status = RedisPushQueue(options).Connect().status();
  EXPECT_TRUE(absl::IsUnavailable(status));
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("nobody of redis+cluster://127.0.0.1:1 was"));
}

TEST(RedisCluster, ASlotThatMovesKeepsItsEntriesAndTheirPositions) {
  testing::RedisCluster cluster(false);
  RedisPushQueue push(OptionsFor(cluster));
  RedisDrainQueue drain(OptionsFor(cluster));
  ASSERT_TRUE(push.Connect().ok());
  const std::vector<PartitionPush> before{{0, {"a", "b"}}, {1, {"x"}}};
  ASSERT_TRUE(push.Push(before).ok());
  const BookEntry outcome{"inserted", 1};
  ASSERT_TRUE(*drain.CompareAndTrim(0, 1, "a", {&outcome, 1}));
  const auto state = *push.ReadState();

  cluster.MoveSlotOf(KeyOf(0), cluster.OtherMasterThan(KeyOf(0)));
  const PartitionPush one{0, {"c"}};
  EXPECT_THAT(std::string(push.Push({&one, 1}).status().message()), HasSubstr("MOVED"));
  EXPECT_FALSE(push.IsConnected());
  EXPECT_THAT(std::string(drain.Peek(0, {}).status().message()), HasSubstr("MOVED"));

  ASSERT_TRUE(push.Connect().ok());
  const auto moved = *push.ReadState();
  EXPECT_EQ(moved.partitions[0].epoch, state.partitions[0].epoch);
  EXPECT_EQ(moved.partitions[0].head, 1);
  EXPECT_EQ(moved.server.history_id, state.server.history_id) << "nothing was lost";
  ASSERT_TRUE(push.Push({&one, 1}).ok());
  EXPECT_THAT(drain.Peek(0, {})->entries, ElementsAre("b", "c"));
  EXPECT_THAT(drain.Peek(1, {})->entries, ElementsAre("x"));
}

TEST(RedisCluster, IsUnavailableWithoutOneOfItsMastersAndRecovers) {
  testing::RedisCluster cluster(false);
  RedisPushQueue push(OptionsFor(cluster));
  ASSERT_TRUE(push.Connect().ok());
  const std::string history_id = push.ReadState()->server.history_id;
  auto& master = cluster.MasterOf(KeyOf(0));
  master.Kill9();
  const std::vector<PartitionPush> all{{0, {"a"}}, {1, {"x"}}, {2, {"y"}}};
  EXPECT_TRUE(absl::IsUnavailable(push.Push(all).status()));
  EXPECT_TRUE(absl::IsUnavailable(push.Connect().status()));
  ASSERT_TRUE(master.Restart().ok());
  ASSERT_TRUE(testing::Await([&] { return push.Connect().ok(); }));
  EXPECT_NE(push.ReadState()->server.history_id, history_id) << "it may have lost something";
  EXPECT_TRUE(testing::Await([&] { return push.Connect().ok() && push.Push(all).ok(); }));
}

}  // namespace
}  // namespace inkwell::queue
