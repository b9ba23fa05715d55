// What operators' log collectors get from --log_format=json, whatever happens: one object a
// line, no comment's body, no password, and a failure that repeats once a second at most.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/await.h"
#include "tests/support/create_load.h"
#include "tests/support/http_get.h"
#include "tests/support/stack.h"

namespace inkwell::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto kJson = "--log_format=json";
constexpr auto kSuppressed = "more since the last such line";

// The messages of a log's lines, each of which has to be as documented.
std::vector<std::string> MessagesOf(const std::string& log) {
  std::vector<std::string> messages;
  std::istringstream lines(log);
  for (std::string line; std::getline(lines, line);) {
    const auto event = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!event.is_object() || !event.contains("time") || !event.contains("level") ||
        !event.contains("service") || !event.contains("message")) {
      ADD_FAILURE() << "not as documented: " << line;
      continue;
    }
    messages.push_back(event["message"].get<std::string>());
  }
  return messages;
}

// How many of them say so.
int Count(const std::vector<std::string>& messages, const std::string& what) {
  return static_cast<int>(std::count_if(
      messages.begin(), messages.end(),
      [&what](const std::string& message) { return message.find(what) != std::string::npos; }));
}

class LogTest : public ::testing::Test {
 protected:
  Stack stack_{{.redis = {.config = {"appendonly yes", "requirepass hidden-word"}},
                .postgres = {.password = "another-hidden-word"}}};
  const std::string redis_ =
      "--redis=redis://:hidden-word@127.0.0.1:" + std::to_string(stack_.redis().port());
};

TEST_F(LogTest, OfAnIngestWhoseRedisIsAway) {
  auto& ingest = stack_.AddIngest({redis_, kJson});
  CreateLoad load({ingest.channel()}, 8);
  ASSERT_TRUE(load.AwaitAcknowledged(100));
  const auto killed = std::chrono::steady_clock::now();
  stack_.redis().Kill9();
  ASSERT_TRUE(Await([&] {
    const auto messages = MessagesOf(ingest.Log());
    return Count(messages, kSuppressed) >= 1 && Count(messages, "connection to Redis") >= 3;
  })) << ingest.Log();
  const auto messages = MessagesOf(ingest.Log());
  const auto away = std::chrono::steady_clock::now() - killed;
  EXPECT_LE(Count(messages, "Redis is not reachable: "), 1);
  EXPECT_LE(Count(messages, "connection to Redis"), 1 + away / std::chrono::seconds(1) + 1);
  EXPECT_THAT(ingest.Log(), Not(HasSubstr("hidden-word")));
  EXPECT_THAT(ingest.Log(), Not(HasSubstr("body of")));
}

TEST_F(LogTest, OfAFlusherWhosePostgresIsAway) {
  auto& ingest = stack_.AddIngest({redis_, kJson});
  CreateMany(ingest, 100);
  stack_.postgres().Kill9();
  const auto started = std::chrono::steady_clock::now();
  auto& flusher = stack_.AddFlusher({redis_, kJson, "--migrate=false"}, Until::kListening);
  ASSERT_TRUE(Await([&] { return Count(MessagesOf(flusher.Log()), kSuppressed) >= 2; }))
      << flusher.Log();
  const auto messages = MessagesOf(flusher.Log());
  const auto away = std::chrono::steady_clock::now() - started;
  EXPECT_LE(Count(messages, "partition "), away / std::chrono::seconds(1) + 1);
  EXPECT_THAT(flusher.Log(), Not(HasSubstr("hidden-word")));
  EXPECT_THAT(flusher.Log(), Not(HasSubstr("body of")));
}

TEST_F(LogTest, OfAPortThatIsTakenAndOneThatHearsNonsense) {
  auto& ingest = stack_.AddIngest({redis_, kJson});
  for (int i = 0; i < 10; ++i) static_cast<void>(HttpGet(ingest.port(), "/"));  // no HTTP/2
  EXPECT_TRUE(Create(ingest, CreateOf(CommentId(1))).ok());
  static_cast<void>(MessagesOf(ingest.Log()));

  ServiceProcess late(IngestProgram(),
                      {redis_, kJson, "--listen=127.0.0.1:" + std::to_string(ingest.port())});
  EXPECT_ANY_THROW(late.Start());
  EXPECT_GE(Count(MessagesOf(late.Log()), "can't listen there"), 1) << late.Log();
}

}  // namespace
}  // namespace inkwell::testing
