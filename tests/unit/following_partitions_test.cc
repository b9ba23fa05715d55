// Ingest while the number of partitions is changed under it: every change goes to where it
// belongs now, in order, and is answered once.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "common/base/errors.h"
#include "common/queue/partition.h"
#include "services/ingest/retaining_queue.h"
#include "tests/support/await.h"
#include "tests/support/fake_queue.h"
#include "tests/support/id_of.h"
#include "tests/unit/push_writer_fixture.h"

namespace inkwell::ingest {
namespace {

using testing::Await;
using ::testing::ElementsAre;
using testing::FakeBroker;
using testing::FakePushQueue;
using testing::IdOf;
using ::testing::IsEmpty;

constexpr int kMore = 7;

// What an update of comment `number` is on a list; its revision is to come.
std::string UpdateOf(int number, const std::string& body) {
  queue::v1::Change change;
  change.set_comment_id(std::string(IdOf(number).AsBytes()));
  change.mutable_update()->set_body(body);
  return queue::EncodeEntry(change);
}

class FollowingPartitionsTest : public ::testing::Test {
 protected:
  // Pushes an update of each comment, where it belongs among `partitions`.
  absl::StatusOr<std::vector<absl::Status>> Push(const std::vector<int>& numbers,
                                                 const std::string& body, int partitions) {
    std::vector<PartitionedEntry> entries;
    for (const int number : numbers) {
      entries.push_back(
          {queue::PartitionOf(IdOf(number), partitions), partitions, {UpdateOf(number, body), 0}});
    }
    return queue_.Push(entries);
  }

  // The updates of a comment in the list where it belongs among `partitions`.
  std::vector<std::string> Bodies(int number, int partitions) {
    std::vector<std::string> bodies;
    for (const auto& entry : broker_.Entries(queue::PartitionOf(IdOf(number), partitions))) {
      queue::v1::Change change;
      EXPECT_TRUE(change.ParseFromString(entry));
      if (change.comment_id() == IdOf(number).AsBytes()) bodies.push_back(change.update().body());
    }
    return bodies;
  }

  void DrainAll(int lists) {
    for (int p = 0; p < lists; ++p) {
      broker_.Trim(p, static_cast<std::int64_t>(broker_.Entries(p).size()));
    }
  }

  const std::vector<int> numbers_{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  FakeBroker broker_{kPartitions};
  RetainingQueue queue_{std::make_unique<FakePushQueue>(broker_), kPartitions, 1 << 20};
};

TEST_F(FollowingPartitionsTest, WhatIsRetainedGoesToWhereItBelongsNowInOrder) {
  ASSERT_TRUE(queue_.Open().ok());
  ASSERT_TRUE(Push(numbers_, "first", kPartitions).ok());
  ASSERT_TRUE(Push(numbers_, "second", kPartitions).ok());
  for (const int partitions : {kMore, 1, 3}) {
    broker_.BeginRepartition(partitions);
    EXPECT_FALSE(queue_.Look().ok());
    EXPECT_EQ(ReasonOf(queue_.Open()), queue::kRepartitioning);
    DrainAll(kMore);
    broker_.FinishRepartition();
    ASSERT_TRUE(queue_.Open().ok());
    EXPECT_EQ(queue_.partitions(), partitions);
    for (const int number : numbers_) {
      EXPECT_THAT(Bodies(number, partitions), ElementsAre("first", "second")) << number;
    }
    EXPECT_EQ(queue_.window().size(), 20) << "until it is known to be in Postgres";
  }
  DrainAll(kMore);
  ASSERT_TRUE(queue_.Look().ok());
  EXPECT_EQ(queue_.window().size(), 0);
  EXPECT_EQ(queue_.histories_lost(), 0) << "Redis is not to blame";
}

TEST_F(FollowingPartitionsTest, WhatWaitedMeanwhileGoesToWhereItBelongsNow) {
  ASSERT_TRUE(queue_.Open().ok());
  broker_.BeginRepartition(kMore);
  broker_.FinishRepartition();
  queue_.queue().Disconnect();
  ASSERT_TRUE(queue_.Open().ok());
  ASSERT_TRUE(Push(numbers_, "late", kPartitions).ok());
  for (const int number : numbers_) EXPECT_THAT(Bodies(number, kMore), ElementsAre("late"));
}

// As one that was stopped while all of it happened.
TEST_F(FollowingPartitionsTest, ARevisionThatIsDrawnTooLateIsNotUsed) {
  ASSERT_TRUE(queue_.Open().ok());
  broker_.BeginRepartition(kMore);
  broker_.FinishRepartition();
  std::vector<PartitionedEntry> entries;
  entries.push_back({0, kPartitions, {UpdateOf(0, "edit"), 0}});
  EXPECT_TRUE(absl::IsUnavailable(queue_.Push(entries).status()));
  EXPECT_TRUE(queue::LacksRevision(entries[0].change.entry));
  for (int p = 0; p < kMore; ++p) EXPECT_THAT(broker_.Entries(p), IsEmpty());
  ASSERT_TRUE(queue_.Open().ok());
  ASSERT_TRUE(queue_.Push(entries).ok());
  EXPECT_THAT(Bodies(0, kMore), ElementsAre("edit"));
}

// A create needs no revision, so it is pushed to the old list; and again to the new one.
TEST_F(FollowingPartitionsTest, ACreateThatIsPushedTooLateIsPushedAgain) {
  queue::v1::Change change;
  change.set_comment_id(std::string(IdOf(0).AsBytes()));
  change.mutable_create()->set_body("late");
  ASSERT_TRUE(queue_.Open().ok());
  broker_.BeginRepartition(kMore);
  broker_.FinishRepartition();
  std::vector<PartitionedEntry> entries;
  const int old_home = queue::PartitionOf(IdOf(0), kPartitions);
  entries.push_back({old_home, kPartitions, {queue::EncodeEntry(change), 0}});
  ASSERT_TRUE(queue_.Push(entries).ok());
  EXPECT_FALSE(queue_.IsOpen());
  EXPECT_EQ(broker_.Entries(old_home).size(), 1u) << "whoever flushes drains it";
  DrainAll(kMore);
  ASSERT_TRUE(queue_.Open().ok());
  EXPECT_EQ(broker_.Entries(queue::PartitionOf(IdOf(0), kMore)).size(), 1u);
}

class WriterFollowingPartitionsTest : public PushWriterTest {};

TEST_F(WriterFollowingPartitionsTest, CallsWaitAndGoOn) {
  Start(Patient());
  ASSERT_TRUE(Submit(0).ok());
  ASSERT_TRUE(Await([&] { return answers_.size() == 1; }));
  broker_.BeginRepartition(kMore);
  ASSERT_TRUE(Await([&] { return !reachable_; }));
  ASSERT_TRUE(Submit(1, kPartitions - 1).ok());
  EXPECT_EQ(answers_.size(), 1u);
  broker_.FinishRepartition();
  ASSERT_TRUE(Await([&] { return answers_.size() == 2; }));
  EXPECT_TRUE(answers_[1].ok());
  EXPECT_TRUE(Await([&] { return writer_->destination().partitions == kMore; }));
  EXPECT_EQ(fatal_, 0);
}

TEST_F(WriterFollowingPartitionsTest, ACallThatWaitsTooLongIsToldWhy) {
  auto options = Patient();
  options.limits.ack_timeout = std::chrono::milliseconds(20);
  Start(options);
  ASSERT_TRUE(Await([&] { return reachable_.load(); }));
  broker_.BeginRepartition(kMore);
  ASSERT_TRUE(Await([&] { return !reachable_; }));
  ASSERT_TRUE(Submit(0).ok());
  ASSERT_TRUE(Await([&] { return answers_.size() == 1; }));
  EXPECT_TRUE(absl::IsUnavailable(answers_[0]));
  EXPECT_EQ(ReasonOf(answers_[0]), queue::kRepartitioning);
  EXPECT_THAT(std::string(answers_[0].message()), ::testing::HasSubstr("repartition --to 7"));
}

// A list that is no partition any more may be long: nobody is refused because of it.
TEST_F(WriterFollowingPartitionsTest, ForgetsTheBacklogOfAnOldList) {
  auto options = Patient();
  options.max_backlog = 1;
  Start(options);
  ASSERT_TRUE(Submit(0, kPartitions - 1).ok());
  ASSERT_TRUE(Await([&] { return !writer_->CheckBacklog(kPartitions - 1).ok(); }));
  broker_.BeginRepartition(1);
  broker_.FinishRepartition();
  EXPECT_TRUE(Await([&] { return writer_->CheckBacklog(kPartitions - 1).ok(); }));
}

}  // namespace
}  // namespace inkwell::ingest
