#include "common/server/call_log.h"

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "common/base/errors.h"
#include "inkwell/v1/comment_service.pb.h"
#include "tests/unit/captured_log.h"

namespace inkwell {
namespace {

using std::chrono::milliseconds;
using testing::CapturedLog;
using ::testing::IsEmpty;
using ::testing::SizeIs;

LoggedCall CallOf(std::string_view caller, const char* traceparent = "") {
  const auto* service = v1::CreateCommentRequest::descriptor()->file()->service(0);
  return {*service->FindMethodByName("CreateComment"), caller,
          TraceContext::FromTraceparent(traceparent)};
}

const absl::Status kAway =
    Error(absl::StatusCode::kUnavailable, "REDIS_UNAVAILABLE", "Redis is away");

TEST(CallLog, SaysAtDebugLevelWhoCalledWhatAndHowItEnded) {
  const CapturedLog log(spdlog::level::debug);
  LogCallEnd(CallOf("forum", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"),
             absl::OkStatus(), milliseconds(250));
  const auto events = log.Events();
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0]["level"], "debug");
  EXPECT_EQ(events[0]["method"], "inkwell.v1.CommentService/CreateComment");
  EXPECT_EQ(events[0]["caller"], "forum");
  EXPECT_EQ(events[0]["trace_id"], "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(events[0]["code"], "OK");
  EXPECT_EQ(events[0]["seconds"], 0.25);
  EXPECT_FALSE(events[0].contains("reason"));
}

TEST(CallLog, LeavesOutWhatIsNotKnown) {
  const CapturedLog log(spdlog::level::debug);
  LogCallEnd(CallOf(""), absl::OkStatus(), milliseconds(1));
  EXPECT_FALSE(log.Events().at(0).contains("caller"));
  EXPECT_FALSE(log.Events().at(0).contains("trace_id"));
}

TEST(CallLog, RepeatsNothingOfARequest) {
  const CapturedLog log(spdlog::level::debug);
  LogCallEnd(CallOf("forum"), InvalidFields({{"comment.attributes[\"hidden\"]", "is too long"}}),
             milliseconds(1));
  const auto events = log.Events();
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0]["reason"], "INVALID_FIELDS");
  EXPECT_EQ(events[0].dump().find("hidden"), std::string::npos) << events[0];
}

TEST(CallLog, WarnsOfOurOwnFailuresAloneAndOnceASecond) {
  const CapturedLog log(spdlog::level::info);
  LogCallEnd(CallOf("forum"), absl::OkStatus(), milliseconds(1));
  LogCallEnd(CallOf("forum"), absl::InvalidArgumentError("theirs"), milliseconds(1));
  EXPECT_THAT(log.Events(), IsEmpty());
  for (int i = 0; i < 1000; ++i) LogCallEnd(CallOf("forum"), kAway, milliseconds(1));
  const auto events = log.Events();
  ASSERT_FALSE(events.empty());
  EXPECT_LT(events.size(), 30U);
  EXPECT_EQ(events[0]["level"], "warning");
  EXPECT_EQ(events[0]["message"], "a call failed: Redis is away");
  EXPECT_EQ(events[0]["caller"], "forum");
  EXPECT_EQ(events[0]["code"], "UNAVAILABLE");
  EXPECT_EQ(events[0]["reason"], "REDIS_UNAVAILABLE");
}

TEST(CallLog, LendsItsFieldsToWhatTheCallHasToSay) {
  const CapturedLog log(spdlog::level::info);
  {
    const WithCallFields fields(CallOf("me"));
    spdlog::info("paused");
  }
  spdlog::info("another");
  EXPECT_EQ(log.Events().at(0)["caller"], "me");
  EXPECT_FALSE(log.Events().at(1).contains("caller"));
}

}  // namespace
}  // namespace inkwell
