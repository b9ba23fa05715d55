// What operators' log collectors get from --log_format=json, whatever happens: one object a
// line, no comment's body, no password, and a failure that repeats once a second at most.

#include <gmock/gmock.h>
#include <grpcpp/client_context.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/await.h"
#include "tests/support/create_load.h"
#include "tests/support/http_get.h"
#include "tests/support/stack.h"
#include "tests/support/temp_dir.h"
#include "tests/support/traceparents.h"

namespace inkwell::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto kJson = "--log_format=json";
constexpr auto kSuppressed = "more since the last such line";

// A log's lines, each of which has to be as documented.
std::vector<nlohmann::json> EventsOf(const std::string& log) {
  std::vector<nlohmann::json> events;
  std::istringstream lines(log);
  for (std::string line; std::getline(lines, line);) {
    const auto event = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!event.is_object() || !event.contains("time") || !event.contains("level") ||
        !event.contains("service") || !event.contains("message")) {
      ADD_FAILURE() << "not as documented: " << line;
      continue;
    }
    events.push_back(event);
  }
  return events;
}

std::vector<std::string> MessagesOf(const std::string& log) {
  std::vector<std::string> messages;
  for (const auto& event : EventsOf(log)) messages.push_back(event["message"].get<std::string>());
  return messages;
}

// The lines that tell of a call, by their message.
std::vector<nlohmann::json> CallsOf(const std::string& log, const std::string& message) {
  std::vector<nlohmann::json> calls;
  for (const auto& event : EventsOf(log)) {
    if (event["message"].get<std::string>().starts_with(message)) calls.push_back(event);
  }
  return calls;
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
    return Count(messages, kSuppressed) >= 1 && Count(messages, "connection to Redis") >= 3 &&
           !CallsOf(ingest.Log(), "a call failed: ").empty();
  })) << ingest.Log();
  const auto messages = MessagesOf(ingest.Log());
  const auto calls = CallsOf(ingest.Log(), "a call failed: ");
  const auto away = (std::chrono::steady_clock::now() - killed) / std::chrono::seconds(1);
  EXPECT_LE(Count(messages, "Redis is not reachable: "), 1);
  // One of each kind: the connection's, and the calls'.
  EXPECT_LE(Count(messages, "connection to Redis"), 1 + 2 * (away + 1));
  EXPECT_LE(static_cast<int>(calls.size()), away + 1);
  EXPECT_EQ(calls[0]["method"], "inkwell.v1.CommentService/CreateComment");
  EXPECT_EQ(calls[0]["code"], "UNAVAILABLE");
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

TEST_F(LogTest, OfCallsAtDebugLevelAndWithoutWhatTheySay) {
  const TempDir folder;
  const auto tokens = folder.path() / "tokens";
  std::ofstream(tokens) << "forum ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad "
                           "writer\nme "
                           "0850123315d21ab90f4f7236408a52ef6dbd6a02a6550e5c10dc73f4d993680e "
                           "operator\n";
  const Flags flags{redis_, kJson, "--log_level=debug", "--auth_tokens_file=" + tokens.string()};
  auto& ingest = stack_.AddIngest(flags);
  auto& flusher = stack_.AddFlusher(flags);
  const auto call = [](auto method, auto* stub, const std::string& token, const auto& request,
                       auto* response) {
    grpc::ClientContext context;
    context.set_deadline(PatientDeadline());
    context.AddMetadata("authorization", "Bearer " + token);
    context.AddMetadata("traceparent", kNotSampled);
    return (stub->*method)(&context, request, response).ok();
  };
  const auto comments = v1::CommentService::NewStub(ingest.channel());
  v1::CreateCommentResponse created;
  EXPECT_TRUE(call(&v1::CommentService::Stub::CreateComment, comments.get(), "abc",
                   CreateOf(CommentId(1)), &created));
  const auto operations = v1::FlusherService::NewStub(flusher.channel());
  v1::PauseFlushingRequest pause;
  pause.set_reason("a test");
  v1::PauseFlushingResponse paused;
  EXPECT_TRUE(call(&v1::FlusherService::Stub::PauseFlushing, operations.get(), "operator-token",
                   pause, &paused));

  const auto expect_line = [](const ServiceProcess& service, const std::string& message,
                              const std::string& caller, const std::string& method) {
    const auto lines = CallsOf(service.Log(), message);
    ASSERT_EQ(lines.size(), 1U) << service.Log();
    EXPECT_EQ(lines[0]["caller"], caller);
    EXPECT_EQ(lines[0]["method"], "inkwell.v1." + method);
    EXPECT_EQ(lines[0]["trace_id"], "0af7651916cd43dd8448eb211c80319c");
  };
  expect_line(ingest, "a call ended", "forum", "CommentService/CreateComment");
  expect_line(flusher, "a call ended", "me", "FlusherService/PauseFlushing");
  expect_line(flusher, "flushing is paused by an operator", "me", "FlusherService/PauseFlushing");
  for (const auto* service : {&ingest, &flusher}) {
    EXPECT_THAT(service->Log(), Not(HasSubstr("body of")));
    EXPECT_THAT(service->Log(), Not(HasSubstr("operator-token")));
    EXPECT_THAT(service->Log(), Not(HasSubstr("hidden-word")));
  }
}

TEST_F(LogTest, OfACallInText) {
  auto& ingest = stack_.AddIngest({redis_, "--log_level=debug"});
  EXPECT_TRUE(Create(ingest, CreateOf(CommentId(1))).ok());
  EXPECT_THAT(ingest.Log(), HasSubstr("a call ended method=inkwell.v1.CommentService/CreateComment "
                                      "code=OK seconds=0."));
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
