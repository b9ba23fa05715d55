#include "services/flusher/flush/drain_partition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/flusher/backlog/backlog.h"
#include "tests/unit/flush_fixture.h"

namespace inkwell::flusher {
namespace {

using testing::CreateEntry;
using testing::FakeBroker;
using testing::FakeDatabase;
using testing::FakeDrainQueue;
using testing::FakeStore;
using testing::IdOf;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class DrainBatch : public ::testing::Test {
 protected:
  absl::StatusOr<BatchResult> Drain(const queue::PeekLimits& limits = {}) {
    return drainer_.DrainBatch(0, limits);
  }

  FakeBroker broker_{testing::kFakePartitions};
  FakeDatabase database_;
  FakeDrainQueue queue_{broker_};
  FakeStore store_{database_};
  PartitionDrainer drainer_{queue_, store_};
};

TEST_F(DrainBatch, MovesEntriesIntoTheDatabase) {
  broker_.Append(0, CreateEntry(1, "one"));
  broker_.Append(0, CreateEntry(2));
  const auto result = Drain();
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->entries, 2);
  EXPECT_EQ(result->outcomes.inserted, 2);
  EXPECT_EQ(database_.rows().at(IdOf(1)).body, "one");
  EXPECT_THAT(broker_.Entries(0), IsEmpty());
}

TEST_F(DrainBatch, WritesNothingForAnEmptyList) {
  const auto result = Drain();
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->entries, 0);
  EXPECT_EQ(database_.commit_count(), 0);
}

TEST_F(DrainBatch, SkipsAPartitionThatAnotherFlusherHas) {
  broker_.Append(0, CreateEntry(1));
  FakeStore other(database_);
  const auto theirs = other.Begin(0);
  ASSERT_TRUE(theirs.ok());
  const auto result = Drain();
  ASSERT_TRUE(result.ok());
  EXPECT_TRUE(result->locked_elsewhere);
  EXPECT_THAT(broker_.Entries(0), SizeIs(1));
}

TEST_F(DrainBatch, LeavesEntriesWhereTheyAreWhenAnythingFails) {
  using Step = FakeDatabase::Step;
  for (const Step step : {Step::kBegin, Step::kWrite, Step::kCommit}) {
    broker_.Append(0, CreateEntry(1));
    database_.FailNext(step);
    EXPECT_TRUE(absl::IsUnavailable(Drain().status()));
    EXPECT_THAT(broker_.Entries(0), SizeIs(1));
    EXPECT_TRUE(Drain().ok()) << "and goes on after";
    EXPECT_THAT(broker_.Entries(0), IsEmpty());
  }
}

TEST_F(DrainBatch, ACommitWithoutAnswerDoublesNothing) {
  broker_.Append(0, CreateEntry(1));
  database_.FailNext(FakeDatabase::Step::kCommit, 1, FakeDatabase::Outcome::kDoneButUnknown);
  EXPECT_FALSE(Drain().ok());
  const auto again = Drain();
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->outcomes.inserted, 0);
  EXPECT_EQ(again->outcomes.duplicate, 1);
  EXPECT_THAT(database_.rows(), SizeIs(1));
}

TEST_F(DrainBatch, OneBadEntryDoesNotBlockTheRest) {
  broker_.Append(0, CreateEntry(1));
  broker_.Append(0, "garbage");
  broker_.Append(0, CreateEntry(2));
  const auto result = Drain();
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->outcomes.inserted, 2);
  EXPECT_EQ(result->outcomes.dead, 1);
  ASSERT_THAT(database_.dead_letters(), SizeIs(1));
  EXPECT_EQ(database_.dead_letters()[0].entry, "garbage");
  EXPECT_THAT(broker_.Entries(0), IsEmpty());
}

TEST_F(DrainBatch, EntersWhatItDidInTheBooks) {
  broker_.Append(0, CreateEntry(1));
  broker_.Append(0, CreateEntry(1));
  broker_.Append(0, "garbage");
  broker_.Append(0, CreateEntry(2));
  ASSERT_TRUE(Drain({.rows = 3, .bytes = 1 << 20}).ok());
  const Backlog backlog = ToBacklog(*queue_.ReadSnapshot(), WallTime());
  EXPECT_EQ(backlog.books, (OutcomeCounts{.inserted = 1, .duplicate = 1, .dead = 1}));
  EXPECT_EQ(backlog.pending, 1);
  EXPECT_EQ(backlog.appended, backlog.books.Total() + backlog.pending);
}

// Whoever trims counts, so that each change is counted once.
TEST_F(DrainBatch, CountsNothingThatAnotherTrimmed) {
  class TrimmedMeanwhile final : public queue::DrainQueue {
   public:
    explicit TrimmedMeanwhile(FakeBroker& broker) : broker_(broker), inner_(broker) {}
    absl::StatusOr<queue::PeekedEntries> Peek(int partition,
                                              const queue::PeekLimits& limits) override {
      return inner_.Peek(partition, limits);
    }
    absl::StatusOr<bool> CompareAndTrim(int partition, std::int64_t count, std::string_view last,
                                        std::span<const queue::BookEntry> outcomes) override {
      broker_.Trim(partition, count);
      return inner_.CompareAndTrim(partition, count, last, outcomes);
    }
    absl::StatusOr<queue::QueueSnapshot> ReadSnapshot() override { return inner_.ReadSnapshot(); }
    absl::StatusOr<std::optional<queue::Pause>> ReadPause() override { return inner_.ReadPause(); }
    absl::Status SetPause(const std::optional<queue::Pause>& pause) override {
      return inner_.SetPause(pause);
    }

   private:
    FakeBroker& broker_;
    FakeDrainQueue inner_;
  };
  TrimmedMeanwhile queue(broker_);
  PartitionDrainer drainer(queue, store_);
  broker_.Append(0, CreateEntry(1));
  const auto result = drainer.DrainBatch(0, {});
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->entries, 1);
  EXPECT_EQ(result->outcomes.Total(), 0);
  EXPECT_THAT(database_.rows(), SizeIs(1));
}

}  // namespace
}  // namespace inkwell::flusher
