// When and how completely it flushes, with queue and database in memory.

#include "services/flusher/flush/flush_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>

#include "common/base/errors.h"
#include "services/flusher/flush/backlog_watch.h"
#include "tests/support/await.h"
#include "tests/unit/flush_fixture.h"

namespace inkwell::flusher {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using testing::Await;
using testing::CreateEntry;
using testing::FakeBroker;
using testing::FakeDatabase;
using testing::FakeDrainQueue;
using testing::FakeStore;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A clock that a test sets.
class ManualClock final : public Clock {
 public:
  [[nodiscard]] WallTime Now() const override { return WallTime(std::chrono::microseconds(now_)); }
  void Advance(std::chrono::microseconds by) { now_ += by.count(); }

 private:
  std::atomic<std::int64_t> now_ = 1'800'000'000'000'000;
};

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
                                   clock_),
        clock_, [this](const absl::Status&) { ++fatal_; });
    loop_->Start(flush_at_start);
  }

  void Fill(int changes) {
    for (int i = 0; i < changes; ++i) {
      broker_.Append(i % testing::kFakePartitions, CreateEntry(next_id_++));
    }
  }

  absl::StatusOr<FlushSummary> Flush() {
    std::promise<absl::StatusOr<FlushSummary>> result;
    loop_->RequestFlush(
        [&result](const absl::StatusOr<FlushSummary>& summary) { result.set_value(summary); });
    return result.get_future().get();
  }

  ManualClock clock_;
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
  std::promise<absl::StatusOr<FlushSummary>> result;
  loop_->RequestFlush([&](const auto& summary) { result.set_value(summary); });
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
  std::promise<absl::StatusOr<FlushSummary>> result;
  loop_->RequestFlush([&](const auto& summary) { result.set_value(summary); });
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

TEST_F(FlushLoopTest, BacklogWatchTellsPendingAndLag) {
  Fill(4);
  std::atomic<int> alarms = 0;
  BacklogWatch watch(
      {.interval = hours(1), .alarm_length = 1}, std::make_unique<FakeDrainQueue>(broker_), clock_,
      [&] { ++alarms; }, [this](const absl::Status&) { ++fatal_; });
  watch.Start();
  std::promise<absl::StatusOr<std::vector<PartitionBacklog>>> read;
  watch.Read([&](const auto& backlogs) { read.set_value(backlogs); });
  const auto backlogs = read.get_future().get();
  ASSERT_TRUE(backlogs.ok());
  ASSERT_THAT(*backlogs, SizeIs(testing::kFakePartitions));
  EXPECT_EQ((*backlogs)[0].pending, 2);
  EXPECT_GT((*backlogs)[0].lag, hours(1)) << "accepted in 1970";
  EXPECT_TRUE(Await([&] { return alarms == 1; })) << "a partition has more than one";
}

}  // namespace
}  // namespace inkwell::flusher
