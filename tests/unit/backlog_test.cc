// What operators and Prometheus see of the queue.

#include "services/flusher/backlog/backlog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/text_serializer.h>

#include <atomic>
#include <future>
#include <memory>
#include <string>

#include "services/flusher/backlog/backlog_metrics.h"
#include "services/flusher/backlog/backlog_watch.h"
#include "tests/support/await.h"
#include "tests/support/manual_clock.h"
#include "tests/unit/flush_fixture.h"

namespace inkwell::flusher {
namespace {

using std::chrono::hours;
using testing::Await;
using testing::CreateEntry;
using testing::FakeBroker;
using testing::FakeDrainQueue;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

class BacklogTest : public ::testing::Test {
 protected:
  void Fill(int changes) {
    for (int i = 0; i < changes; ++i) {
      broker_.Append(i % testing::kFakePartitions, CreateEntry(i));
    }
  }

  std::string MetricsText() const {
    return prometheus::TextSerializer().Serialize(metrics_.Collect());
  }

  absl::StatusOr<Backlog> Read(BacklogWatch& watch) {
    std::promise<absl::StatusOr<Backlog>> read;
    watch.Read([&read](const absl::StatusOr<Backlog>& backlog) { read.set_value(backlog); });
    return read.get_future().get();
  }

  testing::ManualClock clock_;
  FakeBroker broker_{testing::kFakePartitions};
  BacklogMetrics metrics_;
};

TEST_F(BacklogTest, AddsPartitionsUp) {
  Fill(4);
  FakeDrainQueue queue(broker_);
  const OutcomeCounts outcomes{.updated = 1};
  ASSERT_TRUE(*queue.CompareAndTrim(1, 1, broker_.Entries(1).front(), ToBookEntries(outcomes)));
  const Backlog backlog = ToBacklog(*queue.ReadSnapshot(), clock_.Now());
  ASSERT_THAT(backlog.partitions, SizeIs(testing::kFakePartitions));
  EXPECT_EQ(backlog.partitions[0].pending, 2);
  EXPECT_GT(backlog.partitions[0].lag, hours(1)) << "accepted in 1970";
  EXPECT_EQ(backlog.partitions[1].lag, hours(0)) << "empty";
  EXPECT_EQ(backlog.lag, backlog.partitions[0].lag);
  EXPECT_EQ(backlog.pending, 3);
  EXPECT_EQ(backlog.books, outcomes);
  EXPECT_EQ(backlog.appended, 4);
}

TEST_F(BacklogTest, HasNoLagForWhatCantBeRead) {
  broker_.Append(0, "garbage");
  EXPECT_EQ(ToBacklog(*FakeDrainQueue(broker_).ReadSnapshot(), clock_.Now()).lag, hours(0));
}

TEST_F(BacklogTest, WatchTellsWhoAsksAndRaisesTheAlarm) {
  Fill(4);
  std::atomic<int> alarms = 0;
  std::atomic<bool> reachable = false;
  BacklogWatch watch(
      {.interval = hours(1), .alarm_length = 1}, std::make_unique<FakeDrainQueue>(broker_), clock_,
      metrics_, [&](bool is) { reachable = is; }, [&] { ++alarms; }, [](const absl::Status&) {});
  watch.Start();
  const auto backlog = Read(watch);
  ASSERT_TRUE(backlog.ok());
  EXPECT_EQ(backlog->pending, 4);
  EXPECT_TRUE(reachable);
  EXPECT_TRUE(Await([&] { return alarms == 1; })) << "a partition has more than one";

  broker_.SetReachable(false);
  EXPECT_TRUE(absl::IsUnavailable(Read(watch).status()));
  EXPECT_FALSE(reachable);
}

TEST_F(BacklogTest, MetricsTellTheSameUntilTheNextLook) {
  EXPECT_THAT(MetricsText(), Not(HasSubstr("inkwell_pending_changes")));
  Fill(4);
  FakeDrainQueue queue(broker_);
  ASSERT_TRUE(queue.SetPause(queue::Pause{}).ok());
  ASSERT_TRUE(*queue.CompareAndTrim(0, 1, broker_.Entries(0).front(),
                                    ToBookEntries(OutcomeCounts{.stale = 1})));
  metrics_.Looked(ToBacklog(*queue.ReadSnapshot(), WallTime(std::chrono::seconds(11))));
  metrics_.Looked(absl::UnavailableError("away"));
  const std::string text = MetricsText();
  EXPECT_THAT(text, HasSubstr("inkwell_redis_reachable 0"));
  EXPECT_THAT(text, HasSubstr("inkwell_pending_changes{partition=\"1\"} 1"));
  EXPECT_THAT(text, HasSubstr("inkwell_lag_seconds 9.99"));
  EXPECT_THAT(text, HasSubstr("# TYPE inkwell_books_changes_total counter"));
  EXPECT_THAT(text, HasSubstr("inkwell_books_changes_total{outcome=\"stale\"} 1"));
  EXPECT_THAT(text, HasSubstr("inkwell_books_appended_changes_total 4"));
  EXPECT_THAT(text, HasSubstr("inkwell_flushing_paused 1"));
}

}  // namespace
}  // namespace inkwell::flusher
