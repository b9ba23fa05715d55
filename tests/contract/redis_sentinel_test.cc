// Finding the master by a real sentinel, and leaving it once it is none.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/queue/redis_drain_queue.h"
#include "common/queue/redis_push_queue.h"
#include "tests/contract/redis_queue_options.h"
#include "tests/support/sentinel.h"

namespace inkwell::queue {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string UrlOf(const testing::Sentinel& sentinel, const std::string& credentials = "") {
  return "redis+sentinel://" + credentials + "127.0.0.1:" + std::to_string(sentinel.port()) +
         "/inkwell";
}

void Tell(const testing::RedisServer& server, const std::vector<std::string_view>& command) {
  auto connection = redis::Connection::Connect(*redis::ParseUrl(server.Url()), {});
  ASSERT_TRUE(connection.ok()) << connection.status();
  connection->Append(command);
  ASSERT_TRUE(connection->Read().ok());
}

std::string Refusal(const QueueOptions& options) {
  const absl::Status status = RedisPushQueue(options).Connect().status();
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  return std::string(status.message());
}

TEST(RedisSentinel, LeadsBothEndsToTheMaster) {
  const auto server = *testing::RedisServer::Start();
  const testing::Sentinel sentinel(server->port());
  RedisPushQueue push(OptionsFor(UrlOf(sentinel)));
  const PartitionPush one{0, {"a"}};
  ASSERT_TRUE(push.Connect().ok());
  ASSERT_TRUE(push.Push({&one, 1}).ok());
  RedisDrainQueue drain(OptionsFor(*server));
  EXPECT_THAT(drain.Peek(0, {})->entries, ::testing::ElementsAre("a"));
}

TEST(RedisSentinel, IsAskedInTurn) {
  const auto server = *testing::RedisServer::Start();
  const testing::Sentinel sentinel(server->port());
  auto options = OptionsFor(UrlOf(sentinel));
  options.url.servers.insert(options.url.servers.begin(), {"127.0.0.1", 1});
  EXPECT_TRUE(RedisPushQueue(options).Connect().ok());
  options.url.master = "another";
  EXPECT_THAT(Refusal(options), AllOf(HasSubstr("sentinel 127.0.0.1:1: "),
                                      HasSubstr("watches no master called \"another\"")));
  server->Kill9();
  options.url.master = "inkwell";
  EXPECT_THAT(Refusal(options), HasSubstr("takes for the master"));
}

TEST(RedisSentinel, GetsThePasswordOnlyIfItDemandsOne) {
  const auto server = *testing::RedisServer::Start({.config = {"requirepass secret"}});
  const testing::Sentinel open(server->port(), {"sentinel auth-pass inkwell secret"});
  EXPECT_TRUE(RedisPushQueue(OptionsFor(UrlOf(open, ":secret@"))).Connect().ok());
  EXPECT_THAT(Refusal(OptionsFor(UrlOf(open))), HasSubstr("NOAUTH"));

  const testing::Sentinel locked(server->port(),
                                 {"sentinel auth-pass inkwell secret", "requirepass secret"});
  EXPECT_TRUE(RedisPushQueue(OptionsFor(UrlOf(locked, ":secret@"))).Connect().ok());
  EXPECT_THAT(Refusal(OptionsFor(UrlOf(locked, ":wrong@"))),
              AllOf(HasSubstr("WRONGPASS"), ::testing::Not(HasSubstr("secret"))));
}

TEST(RedisSentinel, ADemotedMasterIsLeftAndNotTakenAgain) {
  const auto server = *testing::RedisServer::Start();
  const testing::Sentinel sentinel(server->port());
  RedisPushQueue push(OptionsFor(UrlOf(sentinel)));
  RedisDrainQueue drain(OptionsFor(UrlOf(sentinel)));
  const PartitionPush one{0, {"a"}};
  ASSERT_TRUE(push.Connect().ok());
  ASSERT_TRUE(push.Push({&one, 1}).ok());
  ASSERT_TRUE(drain.ReadSnapshot().ok());
  const std::string history_id = push.ReadState()->server.history_id;

  Tell(*server, {"REPLICAOF", "127.0.0.1", "1"});
  EXPECT_THAT(std::string(push.Push({&one, 1}).status().message()), HasSubstr("READONLY"));
  EXPECT_FALSE(push.IsConnected());
  EXPECT_THAT(Refusal(OptionsFor(UrlOf(sentinel))), HasSubstr("no master but a slave"));
  const BookEntry outcome{"inserted", 1};
  EXPECT_THAT(std::string(drain.CompareAndTrim(0, 1, "a", {&outcome, 1}).status().message()),
              HasSubstr("READONLY"));
  EXPECT_TRUE(absl::IsUnavailable(drain.Peek(0, {}).status())) << "it looks for the master anew";

  Tell(*server, {"REPLICAOF", "NO", "ONE"});
  EXPECT_TRUE(push.Connect().ok());
  EXPECT_NE(push.ReadState()->server.history_id, history_id) << "it may lack what it had";
  EXPECT_TRUE(drain.Peek(0, {}).ok());
}

}  // namespace
}  // namespace inkwell::queue
