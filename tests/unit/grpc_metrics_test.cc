#include "common/server/grpc_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/metric_family.h>

#include <string>

#include "common/server/pages.h"
#include "inkwell/v1/comment_service.pb.h"

namespace inkwell {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

const google::protobuf::ServiceDescriptor& Service() {
  return *v1::CreateCommentRequest::descriptor()->file()->service(0);
}

std::string Page(const GrpcMetrics& metrics) { return MetricsPage({&metrics}).render().body; }

TEST(GrpcMetrics, SpellLabelsAsDashboardsExpectThem) {
  GrpcMetrics metrics(Service());
  auto& create = metrics.Of("CreateComment");
  create.Started();
  create.Started();
  create.Handled(absl::StatusCode::kInvalidArgument, milliseconds(3));
  metrics.Of("StreamChanges").Started();
  const std::string create_labels =
      R"(grpc_type="unary",grpc_service="inkwell.v1.CommentService",grpc_method="CreateComment")";
  const std::string page = Page(metrics);
  EXPECT_THAT(page, HasSubstr("grpc_server_started_total{" + create_labels + "} 2\n"));
  EXPECT_THAT(page, HasSubstr("grpc_server_handled_total{" + create_labels +
                              ",grpc_code=\"InvalidArgument\"} 1\n"));
  EXPECT_THAT(page,
              HasSubstr("grpc_server_handled_total{" + create_labels + ",grpc_code=\"OK\"} 0\n"));
  EXPECT_THAT(page, HasSubstr("grpc_server_started_total{grpc_type=\"bidi_stream\""));
}

TEST(GrpcMetrics, PutsTimesIntoCumulativeBuckets) {
  GrpcMetrics metrics(Service());
  auto& create = metrics.Of("CreateComment");
  create.Handled(absl::StatusCode::kOk, milliseconds(1));  // a bound belongs to its bucket
  create.Handled(absl::StatusCode::kOk, milliseconds(2));
  create.Handled(absl::StatusCode::kOk, std::chrono::minutes(2));
  const auto families = metrics.Collect();
  const auto& times = families.at(2).metric.at(0).histogram;
  EXPECT_EQ(times.sample_count, 3U);
  EXPECT_DOUBLE_EQ(times.sample_sum, 120.003);
  ASSERT_EQ(times.bucket.size(), GrpcMethodMetrics::kSeconds.size() + 1);
  EXPECT_EQ(times.bucket[1].cumulative_count, 0U);  // 0.5 ms
  EXPECT_EQ(times.bucket[2].cumulative_count, 1U);  // 1 ms
  EXPECT_EQ(times.bucket[3].cumulative_count, 2U);  // 2.5 ms
  EXPECT_EQ(times.bucket[15].cumulative_count, 2U);
  EXPECT_EQ(times.bucket[16].cumulative_count, 3U);
}

TEST(GrpcCallMeter, CountsACallFromItsStartToItsEnd) {
  GrpcMetrics metrics(Service());
  const GrpcCallMeter meter(metrics.Of("DeleteComment"));
  meter.End(absl::StatusCode::kUnavailable);
  EXPECT_THAT(Page(metrics),
              HasSubstr("grpc_method=\"DeleteComment\",grpc_code=\"Unavailable\"} 1\n"));
}

}  // namespace
}  // namespace inkwell
