// When and how completely it flushes, with queue and database in memory.

#include "services/flusher/flush/flush_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/text_serializer.h>

#include <atomic>
#include <future>
#include <memory>
#include <optional>
#include <string>

#include "common/base/errors.h"
#include "tests/support/await.h"
#include "tests/support/manual_clock.h"
#include "tests/unit/flush_fixture.h"

namespace inkwell::flusher {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using ::testing::AllOf;
using testing::Await;
using testing::CreateEntry;
using testing::FakeBroker;
using testing::FakeDatabase;
using testing::FakeDrainQueue;
using testing::FakeStore;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::ManualClock;
using ::testing::SizeIs;

class FlushLoopTest : public ::testing::Test {
 protected:
  void Start(const char* schedule = "@every 1h", bool flush_at_start = false,
             std::int64_t batch_rows = 10) {
    std::vector<Worker> workers;
    for (int i = 0; i < 2; ++i) {
      workers.push_back(
          {std::make_unique<FakeDrainQueue>(broker_), std::make_unique<FakeStore>(database_)});
    }
    const Backoff::Options soon{milliseconds(1), milliseconds(2), 2.0};
    loop_ = std::make_unique<FlushLoop>(
        *Schedule::Parse(schedule),
        std::make_unique<FlushRun>(std::move(workers),
                                   queue::PeekLimits{.rows = batch_rows, .bytes = 1 << 20}, soon,
                                   clock_, metrics_),
        clock_, metrics_, [this](const absl::Status&) { ++fatal_; });
    loop_->Start(flush_at_start);
  }

  void Fill(int changes) {
    for (int i = 0; i < changes; ++i) {
      broker_.Append(i % testing::kFakePartitions, CreateEntry(next_id_++));
    }
  }

  using FlushResult = std::promise<absl::StatusOr<FlushSummary>>;

  // The result gets nothing that it shares with the loop's thread: ThreadSanitizer does not
  // see how Abseil, as Debian builds it, counts the references to a status.
  static void Answer(FlushResult& result, const absl::StatusOr<FlushSummary>& summary) {
    if (summary.ok()) return result.set_value(*summary);
    absl::Status copy(summary.status().code(), summary.status().message());
    summary.status().ForEachPayload([&copy](absl::string_view type, const absl::Cord& payload) {
      copy.SetPayload(type, absl::Cord(std::string(payload)));
    });
    result.set_value(std::move(copy));
  }

  absl::StatusOr<FlushSummary> Flush() {
    FlushResult result;
    loop_->RequestFlush([&result](const auto& summary) { Answer(result, summary); });
    return result.get_future().get();
  }

  // Pauses are per namespace: any connection sees them.
  void SetPause(const std::optional<queue::Pause>& pause) {
    ASSERT_TRUE(FakeDrainQueue(broker_).SetPause(pause).ok());
  }

  ManualClock clock_;
  FlushMetrics metrics_;
  FakeBroker broker_{testing::kFakePartitions};
  FakeDatabase database_;
  std::atomic<int> fatal_ = 0;
  int next_id_ = 0;
  std::unique_ptr<FlushLoop> loop_;
};

TEST_F(FlushLoopTest, FlushesAllThatIsPendingOnRequest) {
  Start();
  Fill(100);
  const auto summary = Flush();
  ASSERT_TRUE(summary.ok()) << summary.status();
  EXPECT_EQ(summary->outcomes.inserted, 100);
  EXPECT_EQ(summary->batches, 12) << "34, 33 and 33 changes, by tens";
  EXPECT_THAT(database_.rows(), SizeIs(100));
  EXPECT_EQ(loop_->status().totals.inserted, 100);
  EXPECT_EQ(loop_->status().last_flush->batches, 12);
}

TEST_F(FlushLoopTest, FlushesAtStart) {
  Fill(5);
  Start("@every 1h", true);
  EXPECT_TRUE(Await([&] { return database_.rows().size() == 5; }));
}

TEST_F(FlushLoopTest, FlushesWhenTheScheduleSaysSo) {
  Start("@every 1h");
  Fill(5);
  EXPECT_EQ(loop_->status().totals.inserted, 0);
  clock_.Advance(hours(1));
  EXPECT_TRUE(Await([&] { return database_.rows().size() == 5; }));
}

TEST_F(FlushLoopTest, TriesAgainUntilTheDatabaseIsBack) {
  Start();
  Fill(30);
  database_.FailNext(FakeDatabase::Step::kBegin, 20);
  const auto summary = Flush();
  ASSERT_TRUE(summary.ok());
  EXPECT_EQ(summary->outcomes.inserted, 30);
  EXPECT_THAT(database_.dead_letters(), IsEmpty());
}

TEST_F(FlushLoopTest, TriesAgainUntilTheQueueIsBack) {
  Start();
  Fill(3);
  broker_.SetReachable(false);
  FlushResult result;
  loop_->RequestFlush([&result](const auto& summary) { Answer(result, summary); });
  ASSERT_TRUE(Await([&] { return loop_->status().flushing; }));
  broker_.SetReachable(true);
  EXPECT_EQ(result.get_future().get()->outcomes.inserted, 3);
}

TEST_F(FlushLoopTest, ARequestWaitsForPartitionsThatAnotherFlusherHas) {
  Start();
  Fill(3);
  FakeStore other(database_);
  auto theirs = other.Begin(0);
  ASSERT_TRUE(theirs.ok());
  FlushResult result;
  loop_->RequestFlush([&result](const auto& summary) { Answer(result, summary); });
  ASSERT_TRUE(Await([&] { return database_.rows().size() == 2; }));
  EXPECT_TRUE(loop_->status().flushing);
  theirs->reset();
  EXPECT_EQ(result.get_future().get()->outcomes.inserted, 3);
}

TEST_F(FlushLoopTest, StopFlushesWhatIsLeft) {
  Start();
  Fill(7);
  loop_->Stop(hours(1));
  EXPECT_THAT(database_.rows(), SizeIs(7));
}

TEST_F(FlushLoopTest, StopGivesUpAtItsTimeout) {
  Start();
  Fill(7);
  database_.FailNext(FakeDatabase::Step::kBegin, 1'000'000);
  loop_->Stop(milliseconds(20));
  loop_->Stop(milliseconds(0));
  EXPECT_THAT(broker_.Entries(0), SizeIs(3)) << "what is not flushed stays in the queue";
  EXPECT_EQ(ReasonOf(Flush().status()), "SHUTTING_DOWN");
}

TEST_F(FlushLoopTest, TellsWhenTheQueueIsConfiguredOtherwise) {
  broker_.SetMisconfigured();
  Start();
  EXPECT_TRUE(absl::IsFailedPrecondition(Flush().status()));
  EXPECT_EQ(fatal_, 1);
}

TEST_F(FlushLoopTest, FlushesNothingWhilePaused) {
  SetPause(queue::Pause{WallTime(std::chrono::seconds(1'700'000'000)), "vacuum"});
  Start();
  Fill(3);
  const absl::Status status = Flush().status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status));
  EXPECT_EQ(ReasonOf(status), "FLUSHING_PAUSED");
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("2023-11-14T22:13:20Z"), HasSubstr("\"vacuum\""),
                    HasSubstr("ResumeFlushing")));
  EXPECT_EQ(fatal_, 0);
  EXPECT_THAT(database_.rows(), IsEmpty());
  EXPECT_EQ(loop_->status().last_flush, std::nullopt) << "it did not come to its end";

  SetPause(std::nullopt);
  EXPECT_EQ(Flush()->outcomes.inserted, 3);
}

TEST_F(FlushLoopTest, APauseEndsARunAfterTheBatchesUnderWay) {
  Start("@every 1h", false, 1);
  Fill(100);
  FakeStore other(database_);
  auto theirs = other.Begin(0);  // keeps the run busy in partition 0
  ASSERT_TRUE(theirs.ok());
  FlushResult result;
  loop_->RequestFlush([&result](const auto& summary) { Answer(result, summary); });
  ASSERT_TRUE(Await([&] { return database_.rows().size() == 66; }));
  SetPause(queue::Pause{});
  EXPECT_EQ(ReasonOf(result.get_future().get().status()), "FLUSHING_PAUSED");
  theirs->reset();
  EXPECT_THAT(broker_.Entries(0), SizeIs(34));
  EXPECT_EQ(loop_->status().totals.inserted, 66) << "what was done before counts";
}

TEST_F(FlushLoopTest, CountsForPrometheus) {
  Start();
  Fill(30);
  database_.FailNext(FakeDatabase::Step::kBegin, 2);
  ASSERT_TRUE(Flush().ok());
  const std::string text = prometheus::TextSerializer().Serialize(metrics_.Collect());
  EXPECT_THAT(text, HasSubstr("inkwell_changes_total{outcome=\"inserted\"} 30"));
  EXPECT_THAT(text, HasSubstr("inkwell_changes_total{outcome=\"dead\"} 0"));
  EXPECT_THAT(text, HasSubstr("inkwell_batches_total 3"));
  EXPECT_THAT(text, HasSubstr("inkwell_batch_failures_total{cause=\"database\"} 2"));
  EXPECT_THAT(text, HasSubstr("inkwell_batch_failures_total{cause=\"queue\"} 0"));
  EXPECT_THAT(text, HasSubstr("inkwell_flushes_total 1"));
  EXPECT_THAT(text, HasSubstr("inkwell_flush_duration_seconds_count 1"));
  EXPECT_THAT(text, HasSubstr("inkwell_last_successful_flush_timestamp_seconds 1800000000"));
}

}  // namespace
}  // namespace inkwell::flusher
