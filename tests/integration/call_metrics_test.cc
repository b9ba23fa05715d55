// What calls leave in /metrics, under the names of the common gRPC dashboards.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/integration/streaming_client.h"
#include "tests/support/await.h"
#include "tests/support/stack.h"

namespace inkwell::testing {
namespace {

using ::testing::HasSubstr;

std::string Line(const std::string& metric, const std::string& method, const std::string& more,
                 int value, const std::string& type = "unary") {
  const std::string service = method == "GetStatus" ? "FlusherService" : "CommentService";
  return fmt::format(
      "{}{{grpc_type=\"{}\",grpc_service=\"inkwell.v1.{}\",grpc_method=\"{}\"{}}} {}\n", metric,
      type, service, method, more, value);
}

std::string Handled(const std::string& method, const std::string& code, int calls,
                    const std::string& type = "unary") {
  return Line("grpc_server_handled_total", method, fmt::format(",grpc_code=\"{}\"", code), calls,
              type);
}

TEST(CallMetrics, CountEachCallOnceByItsEnd) {
  Stack stack;
  auto& ingest = stack.AddIngest();
  CreateMany(ingest, 10);  // one batch
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(Create(ingest, CreateOf(CommentId(i))).ok());
  EXPECT_FALSE(Create(ingest, {}).ok());
  EXPECT_FALSE(BatchCreate(ingest, {}).ok());
  // A status is on its way before its call is counted as ended by a hair.
  EXPECT_TRUE(Await([&] {
    return ingest.Metrics().find(Handled("CreateComment", "OK", 3)) != std::string::npos;
  })) << ingest.Metrics();
  const std::string metrics = ingest.Metrics();
  EXPECT_THAT(metrics, HasSubstr(Line("grpc_server_started_total", "CreateComment", "", 4)));
  EXPECT_THAT(metrics, HasSubstr(Handled("CreateComment", "InvalidArgument", 1)));
  EXPECT_THAT(metrics, HasSubstr(Handled("BatchCreateComments", "OK", 1)));
  EXPECT_THAT(metrics, HasSubstr(Handled("BatchCreateComments", "InvalidArgument", 1)));
  EXPECT_THAT(metrics,
              HasSubstr(Line("grpc_server_handling_seconds_count", "CreateComment", "", 4)));
}

TEST(CallMetrics, CountAStreamOfWhichTheClientGoesAway) {
  Stack stack;
  auto& ingest = stack.AddIngest();
  StreamingClient client(ingest);
  client.BeginReading();
  const auto started = Line("grpc_server_started_total", "StreamChanges", "", 1, "bidi_stream");
  ASSERT_TRUE(Await([&] { return ingest.Metrics().find(started) != std::string::npos; }));
  client.Vanish();
  // As OK or as Canceled: it had nothing under way, so either is right.
  const auto ended =
      Line("grpc_server_handling_seconds_count", "StreamChanges", "", 1, "bidi_stream");
  EXPECT_TRUE(Await([&] { return ingest.Metrics().find(ended) != std::string::npos; }))
      << ingest.Metrics();
}

TEST(CallMetrics, AreTheFlushersToo) {
  Stack stack;
  auto& flusher = stack.AddFlusher(OnRequestOnly());
  static_cast<void>(GetStatus(flusher));
  EXPECT_TRUE(Await([&] {
    return flusher.Metrics().find(Handled("GetStatus", "OK", 1)) != std::string::npos;
  })) << flusher.Metrics();
  EXPECT_THAT(flusher.Metrics(), HasSubstr("\nprocess_open_fds "));
}

}  // namespace
}  // namespace inkwell::testing
