// What only the real Redis can show of the queue: trouble, loss and settings of the server.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "common/queue/redis_drain_queue.h"
#include "common/queue/redis_push_queue.h"
#include "tests/contract/redis_queue_options.h"
#include "tests/support/await.h"
#include "tests/support/redis_server.h"

namespace inkwell::queue {
namespace {

using ::testing::IsEmpty;

TEST(RedisQueue, RefusesAnotherPartitionCount) {
  const auto server = *testing::RedisServer::Start();
  ASSERT_TRUE(RedisPushQueue(OptionsFor(*server, 16)).Connect().ok());
  const absl::Status status = RedisPushQueue(OptionsFor(*server, 8)).Connect().status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status));
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("--partitions=16"));
  EXPECT_TRUE(
      absl::IsFailedPrecondition(RedisDrainQueue(OptionsFor(*server, 8)).ReadSnapshot().status()));
}

TEST(RedisQueue, IsUnavailableWhileTheServerIsAwayAndRecovers) {
  const auto server = *testing::RedisServer::Start({.config = {"appendonly yes"}});
  RedisPushQueue push(OptionsFor(*server));
  RedisDrainQueue drain(OptionsFor(*server));
  const PartitionPush one{0, {"a"}};
  ASSERT_TRUE(push.Connect().ok());
  ASSERT_TRUE(push.Push({&one, 1}).ok());
  ASSERT_TRUE(drain.ReadSnapshot().ok());
  server->Kill9();
  EXPECT_TRUE(absl::IsUnavailable(push.Push({&one, 1}).status()));
  EXPECT_FALSE(push.IsConnected());
  EXPECT_TRUE(absl::IsUnavailable(push.Connect().status()));
  EXPECT_TRUE(absl::IsUnavailable(drain.Peek(0, {}).status()));
  ASSERT_TRUE(server->Restart().ok());
  ASSERT_TRUE(push.Connect().ok());
  EXPECT_TRUE(push.Push({&one, 1}).ok());
  EXPECT_THAT(drain.Peek(0, {})->entries, ::testing::Not(IsEmpty()));
}

TEST(RedisQueue, IsUnavailableWhenTheServerHangs) {
  const auto server = *testing::RedisServer::Start();
  QueueOptions options = OptionsFor(*server);
  options.connect.io_timeout = std::chrono::milliseconds(50);
  RedisPushQueue push(options);
  ASSERT_TRUE(push.Connect().ok());
  server->Pause();
  const PartitionPush one{0, {"a"}};
  EXPECT_TRUE(absl::IsUnavailable(push.Push({&one, 1}).status()));
  server->Resume();
}

TEST(RedisQueue, IsFullWhenRedisIsOutOfMemory) {
  const auto server =
      *testing::RedisServer::Start({.config = {"maxmemory 6mb", "maxmemory-policy noeviction"}});
  RedisPushQueue push(OptionsFor(*server));
  ASSERT_TRUE(push.Connect().ok());
  const std::string large(1 << 20, 'x');
  const PartitionPush one{0, {large}};
  absl::Status status;
  for (int i = 0; i < 10 && status.ok(); ++i) {
    const auto receipts = push.Push({&one, 1});
    ASSERT_TRUE(receipts.ok()) << receipts.status();
    status = receipts->front().status();
  }
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;

  RedisDrainQueue drain(OptionsFor(*server));
  const BookEntry outcome{"inserted", 1};
  EXPECT_TRUE(*drain.CompareAndTrim(0, 1, large, {&outcome, 1})) << "or it stayed full for ever";
  EXPECT_EQ(drain.ReadSnapshot()->partitions[0].head, 1);
}

TEST(RedisQueue, TellsThatHistoryWasLost) {
  const auto server = *testing::RedisServer::Start();
  RedisPushQueue push(OptionsFor(*server));
  ASSERT_TRUE(push.Connect().ok());
  const auto before = push.ReadState();
  ASSERT_TRUE(before.ok()) << before.status();

  auto operator_connection =
      redis::Connection::Connect(OptionsFor(*server).url, redis::ConnectOptions());
  ASSERT_TRUE(operator_connection->Call({"FLUSHALL"}).ok());
  EXPECT_EQ(push.ReadState()->partitions[0].epoch, 0u) << "flushed";
  push.Disconnect();
  EXPECT_TRUE(*push.Connect());
  const auto flushed = push.ReadState();
  EXPECT_NE(flushed->partitions[0].epoch, before->partitions[0].epoch);
  EXPECT_NE(flushed->partitions[0].epoch, 0u);
  EXPECT_EQ(flushed->server.history_id, before->server.history_id);

  server->Kill9();
  ASSERT_TRUE(server->Restart().ok());
  EXPECT_FALSE(push.ReadState().ok());
  EXPECT_TRUE(*push.Connect());
  EXPECT_NE(push.ReadState()->server.history_id, before->server.history_id) << "restarted";
}

TEST(RedisQueue, TellsWhatTheServerCanDo) {
  const auto plain = *testing::RedisServer::Start();
  RedisPushQueue push(OptionsFor(*plain));
  ASSERT_TRUE(push.Connect().ok());
  EXPECT_TRUE(push.ReadState()->server.noeviction);
  EXPECT_FALSE(push.ReadState()->server.fsync_always);
  EXPECT_FALSE(push.ReadState()->server.can_await_fsync);
  EXPECT_EQ(push.ReadState()->server.replicas, 0);

  const auto careful = *testing::RedisServer::Start(
      {.config = {"appendonly yes", "appendfsync always", "maxmemory-policy allkeys-lru"}});
  RedisPushQueue other(OptionsFor(*careful));
  ASSERT_TRUE(other.Connect().ok());
  EXPECT_TRUE(other.ReadState()->server.fsync_always);
  EXPECT_FALSE(other.ReadState()->server.noeviction);
}

TEST(RedisQueue, AwaitsReplicas) {
  const auto master = *testing::RedisServer::Start();
  const auto replica = *testing::RedisServer::Start(
      {.config = {"replicaof 127.0.0.1 " + std::to_string(master->port())}});
  RedisPushQueue push(OptionsFor(*master));
  ASSERT_TRUE(push.Connect().ok());
  ASSERT_TRUE(testing::Await([&] { return push.ReadState()->server.replicas == 1; }));
  const PartitionPush one{0, {"a"}};
  ASSERT_TRUE(push.Push({&one, 1}).ok());
  ASSERT_TRUE(
      testing::Await([&] { return *push.AwaitReplicas(1, std::chrono::milliseconds(1000)) == 1; }));
  replica->Kill9();
  ASSERT_TRUE(push.Push({&one, 1}).ok());
  EXPECT_EQ(*push.AwaitReplicas(1, std::chrono::milliseconds(10)), 0);
}

// Another flusher trims between the chunks of a peek: the batch may end early, but has no hole,
// which compare-and-trim could not see.
TEST(RedisQueue, PeeksWithoutHolesWhileAnotherTrims) {
  const auto server = *testing::RedisServer::Start();
  RedisPushQueue push(OptionsFor(*server));
  ASSERT_TRUE(push.Connect().ok());
  constexpr int kEntries = 20'000;
  std::vector<std::string> texts;
  for (int i = 0; i < kEntries; ++i) texts.push_back(std::to_string(i));
  const PartitionPush all{0, {texts.begin(), texts.end()}};
  ASSERT_TRUE(push.Push({&all, 1}).ok());

  std::atomic<int> trimmed = 0;
  const std::jthread other([&](const std::stop_token& stop) {
    RedisDrainQueue drain(OptionsFor(*server));
    const BookEntry outcome{"inserted", 1};
    while (!stop.stop_requested() && trimmed < kEntries / 2) {
      const auto& oldest = texts[static_cast<std::size_t>(trimmed)];
      EXPECT_TRUE(*drain.CompareAndTrim(0, 1, oldest, {&outcome, 1}));
      ++trimmed;
    }
  });
  RedisDrainQueue drain(OptionsFor(*server));
  int ended_early = 0;
  while (trimmed < kEntries / 2) {
    const auto peeked = *drain.Peek(0, {.rows = 4000});
    const int first = std::stoi(std::string(peeked.entries.front()));
    for (std::size_t i = 0; i < peeked.entries.size(); ++i) {
      ASSERT_EQ(peeked.entries[i], std::to_string(first + static_cast<int>(i)));
    }
    if (peeked.entries.size() < 4000) ++ended_early;
  }
  EXPECT_GT(ended_early, 0) << "no trim ever fell between two chunks";
}

}  // namespace
}  // namespace inkwell::queue
