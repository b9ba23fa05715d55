#include "services/ingest/ingest_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/text_serializer.h>

#include <string>

#include "common/base/errors.h"

namespace inkwell::ingest {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

std::string TextOf(const IngestMetrics& metrics) {
  return prometheus::TextSerializer().Serialize(metrics.Collect());
}

TEST(IngestMetrics, CountsByKind) {
  IngestMetrics metrics;
  metrics.Accepted(ChangeKind::kCreate, 3);
  metrics.Accepted(ChangeKind::kDelete, 1);
  const std::string text = TextOf(metrics);
  EXPECT_THAT(text, HasSubstr("inkwell_accepted_changes_total{kind=\"create\"} 3"));
  EXPECT_THAT(text, HasSubstr("inkwell_accepted_changes_total{kind=\"update\"} 0"));
  EXPECT_THAT(text, HasSubstr("inkwell_accepted_changes_total{kind=\"delete\"} 1"));
}

TEST(IngestMetrics, CountsRefusalsByAReasonThatItKnows) {
  IngestMetrics metrics;
  metrics.Refused(InvalidFields({{"comment.body", "is missing"}}));
  metrics.Refused(Error(absl::StatusCode::kResourceExhausted, "QUEUE_FULL", "full"), 5);
  metrics.Refused(Error(absl::StatusCode::kInternal, "SOMETHING_NEW", "?"));
  metrics.Refused(absl::InternalError("without a reason"));
  const std::string text = TextOf(metrics);
  EXPECT_THAT(text, HasSubstr("inkwell_refused_changes_total{reason=\"INVALID_FIELDS\"} 1"));
  EXPECT_THAT(text, HasSubstr("inkwell_refused_changes_total{reason=\"QUEUE_FULL\"} 5"));
  EXPECT_THAT(text, HasSubstr("inkwell_refused_changes_total{reason=\"OTHER\"} 2"));
}

TEST(IngestMetrics, PutsAGroupsAcknowledgementsInOneBucket) {
  IngestMetrics metrics;
  metrics.AcksSent(milliseconds(2), 100);
  metrics.AcksSent(milliseconds(2500), 1);
  metrics.AcksSent(milliseconds(60'000), 1);
  const std::string text = TextOf(metrics);
  EXPECT_THAT(text, HasSubstr("inkwell_ack_latency_seconds_bucket{le=\"0.001\"} 0"));
  EXPECT_THAT(text, HasSubstr("inkwell_ack_latency_seconds_bucket{le=\"0.0025\"} 100"));
  EXPECT_THAT(text, HasSubstr("inkwell_ack_latency_seconds_bucket{le=\"2.5\"} 101"));
  EXPECT_THAT(text, HasSubstr("inkwell_ack_latency_seconds_bucket{le=\"+Inf\"} 102"));
  EXPECT_THAT(text, HasSubstr("inkwell_ack_latency_seconds_sum 62.7"));
}

TEST(IngestMetrics, TellsOfTheWindowAndOfRedis) {
  IngestMetrics metrics;
  metrics.Pushed(10);
  metrics.Pushed(5);
  metrics.Repushed(5);
  metrics.QueueBytes(77);
  metrics.WindowBytes(1000);
  metrics.WindowDropped(2);
  metrics.SetReachable(true);
  metrics.SetNoEviction(false);
  metrics.HistoryLost();
  const std::string text = TextOf(metrics);
  for (const char* line :
       {"inkwell_pushes_total 2", "inkwell_pushed_entries_total 15",
        "inkwell_repushed_entries_total 5", "inkwell_queue_bytes 77",
        "inkwell_retained_window_bytes 1000", "inkwell_retained_window_dropped_changes_total 2",
        "inkwell_redis_reachable 1", "inkwell_redis_noeviction 0",
        "inkwell_redis_history_losses_total 1"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
}

}  // namespace
}  // namespace inkwell::ingest
