#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "common/base/errors.h"
#include "tests/support/await.h"
#include "tests/support/fake_queue.h"
#include "tests/unit/push_writer_fixture.h"

namespace inkwell::ingest {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using testing::Await;
using ::testing::ElementsAre;
using testing::FakeBroker;
using testing::FakePushQueue;
using ::testing::IsEmpty;

TEST_F(PushWriterTest, AnswersOnceItIsPushed) {
  Start(Patient());
  ASSERT_TRUE(Submit(1, 2).ok());
  ASSERT_TRUE(Await([&] { return answers_.size() == 1; }));
  EXPECT_TRUE(answers_[1].ok());
  EXPECT_THAT(Bodies(2), ElementsAre("1"));
  EXPECT_TRUE(reachable_);
}

TEST_F(PushWriterTest, GathersWhileAPushIsUnderWay) {
  broker_.HoldPushes();
  Start(Patient());
  ASSERT_TRUE(Submit(0).ok());
  broker_.AwaitHeldPush();
  for (std::size_t i = 1; i <= 100; ++i) ASSERT_TRUE(Submit(i).ok());
  broker_.ReleasePushes();
  ASSERT_TRUE(Await([&] { return answers_.size() == 101; }));
  EXPECT_EQ(broker_.push_count(), 2) << "one for the first, one for the group";
  EXPECT_EQ(Bodies(0).size(), 101u);
}

TEST_F(PushWriterTest, PushesAgainInOrderWhenAnAnswerWasLost) {
  broker_.LoseNextAnswer();
  Start(Patient());
  std::vector<Submission> submissions;
  for (std::size_t i = 0; i < 3; ++i) {
    submissions.push_back(
        {1, kPartitions, EntryOf(i), Durability::kEnqueued, SteadyTime::max(), &answers_, i});
  }
  ASSERT_TRUE(writer_->Submit(std::move(submissions)).ok());
  ASSERT_TRUE(Await([&] { return answers_.size() == 3; }));
  EXPECT_TRUE(answers_[2].ok());
  EXPECT_THAT(Bodies(1), ElementsAre("0", "1", "2", "0", "1", "2"));
  const auto entries = broker_.Entries(1);
  EXPECT_NE(entries[0], entries[3]) << "newly stamped";
}

TEST_F(PushWriterTest, WaitsForTheQueueToComeBack) {
  broker_.SetReachable(false);
  Start(Patient());
  ASSERT_TRUE(Submit(7).ok());
  broker_.SetReachable(true);
  ASSERT_TRUE(Await([&] { return answers_.size() == 1; }));
  EXPECT_TRUE(answers_[7].ok());
}

TEST_F(PushWriterTest, AnswersInTimeWhileTheQueueIsAway) {
  broker_.SetReachable(false);
  auto options = Patient();
  options.limits.ack_timeout = milliseconds(20);
  Start(options);
  ASSERT_TRUE(Submit(1).ok());
  ASSERT_TRUE(Await([&] { return answers_.size() == 1; }));
  EXPECT_TRUE(absl::IsUnavailable(answers_[1]));
  EXPECT_EQ(ReasonOf(answers_[1]), "REDIS_UNAVAILABLE");
  EXPECT_FALSE(reachable_);
}

TEST_F(PushWriterTest, AnswersInTimeWhileAPushHangs) {
  broker_.HoldPushes();
  auto options = Patient();
  options.limits.ack_timeout = milliseconds(20);
  Start(options);
  ASSERT_TRUE(Submit(1).ok());
  broker_.AwaitHeldPush();
  ASSERT_TRUE(Submit(2).ok());
  ASSERT_TRUE(Await([&] { return answers_.size() == 2; }));
  EXPECT_TRUE(absl::IsUnavailable(answers_[1]));
  EXPECT_TRUE(absl::IsUnavailable(answers_[2]));
  broker_.ReleasePushes();
}

TEST_F(PushWriterTest, DoesNotPushForACallerWhoseDeadlinePassed) {
  broker_.HoldPushes();
  Start(Patient());
  ASSERT_TRUE(Submit(0).ok());
  broker_.AwaitHeldPush();
  ASSERT_TRUE(Submit(1, 0, std::chrono::steady_clock::now()).ok());
  ASSERT_TRUE(Submit(2).ok());
  broker_.ReleasePushes();
  ASSERT_TRUE(Await([&] { return answers_.size() == 3; }));
  EXPECT_TRUE(absl::IsDeadlineExceeded(answers_[1]));
  EXPECT_THAT(Bodies(0), ElementsAre("0", "2"));
}

TEST_F(PushWriterTest, RefusesMoreThanItMayHold) {
  broker_.HoldPushes();
  auto options = Patient();
  options.limits.max_queue_bytes = 1000;
  Start(options);
  ASSERT_TRUE(Submit(0).ok());
  broker_.AwaitHeldPush();
  std::size_t accepted = 0;
  absl::Status status;
  while ((status = Submit(accepted + 1)).ok()) ++accepted;
  EXPECT_TRUE(absl::IsResourceExhausted(status));
  EXPECT_EQ(ReasonOf(status), "QUEUE_FULL");
  EXPECT_GT(accepted, 0u);
  broker_.ReleasePushes();
  ASSERT_TRUE(Await([&] { return answers_.size() == accepted + 1; })) << "and goes on after";
  EXPECT_TRUE(Submit(accepted + 1).ok());
}

TEST_F(PushWriterTest, RefusesWhatAFullQueueRefuses) {
  broker_.SetFull(true);
  Start(Patient());
  ASSERT_TRUE(Submit(1).ok());
  ASSERT_TRUE(Await([&] { return answers_.size() == 1; }));
  EXPECT_TRUE(absl::IsResourceExhausted(answers_[1]));
  broker_.SetFull(false);
  ASSERT_TRUE(Submit(2).ok());
  ASSERT_TRUE(Await([&] { return answers_.size() == 2; }));
  EXPECT_TRUE(answers_[2].ok());
}

TEST_F(PushWriterTest, AnswersPersistedOnceItIsTrimmed) {
  Start(Patient());
  ASSERT_TRUE(Submit(1, 0, SteadyTime::max(), Durability::kPersisted).ok());
  ASSERT_TRUE(Await([&] { return Bodies(0).size() == 1; }));
  ASSERT_TRUE(Submit(2).ok());
  ASSERT_TRUE(Await([&] { return answers_.size() == 1; }));
  EXPECT_TRUE(answers_[2].ok()) << "others don't wait for it";
  broker_.Trim(0, 1);
  ASSERT_TRUE(Await([&] { return answers_.size() == 2; }));
  EXPECT_TRUE(answers_[1].ok());
}

TEST_F(PushWriterTest, PersistedSurvivesTheLossOfTheQueue) {
  Start(Patient());
  ASSERT_TRUE(Submit(1, 0, SteadyTime::max(), Durability::kPersisted).ok());
  ASSERT_TRUE(Await([&] { return Bodies(0).size() == 1; }));
  broker_.RestartEmpty();
  ASSERT_TRUE(Await([&] { return Bodies(0).size() == 1; })) << "pushed again, by itself";
  EXPECT_EQ(answers_.size(), 0u);
  broker_.Trim(0, 1);
  ASSERT_TRUE(Await([&] { return answers_.size() == 1; }));
  EXPECT_TRUE(answers_[1].ok());
}

TEST_F(PushWriterTest, PersistedWaitsNoLongerThanItsTimeout) {
  auto options = Patient();
  options.limits.ack_timeout = milliseconds(10);
  options.limits.persist_timeout = milliseconds(20);
  Start(options);
  ASSERT_TRUE(Submit(1, 0, SteadyTime::max(), Durability::kPersisted).ok());
  ASSERT_TRUE(Await([&] { return answers_.size() == 1; }));
  EXPECT_TRUE(absl::IsUnavailable(answers_[1]));
}

TEST_F(PushWriterTest, NeverDowngradesADurability) {
  Start(Patient());
  ASSERT_TRUE(Await([&] { return reachable_.load(); }));
  EXPECT_TRUE(absl::IsFailedPrecondition(writer_->CheckDurability(Durability::kFsynced)));
  EXPECT_TRUE(absl::IsFailedPrecondition(writer_->CheckDurability(Durability::kReplicated)));
  EXPECT_TRUE(writer_->CheckDurability(Durability::kPersisted).ok());
  broker_.SetServer({.history_id = "", .can_await_fsync = true, .replicas = 1});
  EXPECT_TRUE(Await([&] {
    return writer_->CheckDurability(Durability::kFsynced).ok() &&
           writer_->CheckDurability(Durability::kReplicated).ok();
  }));
}

TEST_F(PushWriterTest, KnowsNoDurabilityBeforeItReachedTheQueue) {
  broker_.SetServer({.history_id = "", .can_await_fsync = true});
  broker_.SetReachable(false);
  Start(Patient());
  EXPECT_TRUE(absl::IsUnavailable(writer_->CheckDurability(Durability::kFsynced)));
  EXPECT_TRUE(writer_->CheckDurability(Durability::kEnqueued).ok());
  broker_.SetReachable(true);
  ASSERT_TRUE(Await([&] { return reachable_.load(); }));
  EXPECT_TRUE(writer_->CheckDurability(Durability::kFsynced).ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(writer_->CheckDurability(Durability::kReplicated)));
}

TEST_F(PushWriterTest, SaysWhenADurabilityWasNotReached) {
  broker_.SetServer({.history_id = "", .can_await_fsync = true, .replicas = 1});
  broker_.SetDurability(false, 0);
  Start(Patient());
  ASSERT_TRUE(Submit(1, 0, SteadyTime::max(), Durability::kFsynced).ok());
  ASSERT_TRUE(Submit(2, 0, SteadyTime::max(), Durability::kReplicated).ok());
  ASSERT_TRUE(Await([&] { return answers_.size() == 2; }));
  EXPECT_EQ(ReasonOf(answers_[1]), "DURABILITY_NOT_REACHED");
  EXPECT_EQ(ReasonOf(answers_[2]), "DURABILITY_NOT_REACHED");
  broker_.SetDurability(true, 1);
  ASSERT_TRUE(Submit(3, 0, SteadyTime::max(), Durability::kFsynced).ok());
  ASSERT_TRUE(Submit(4, 0, SteadyTime::max(), Durability::kReplicated).ok());
  ASSERT_TRUE(Await([&] { return answers_.size() == 4; }));
  EXPECT_TRUE(answers_[3].ok());
  EXPECT_TRUE(answers_[4].ok());
}

TEST_F(PushWriterTest, RefusesAChangeForALongListUntilItIsShorter) {
  auto options = Patient();
  options.max_backlog = 2;
  Start(options);
  ASSERT_TRUE(Submit(1).ok());
  ASSERT_TRUE(Submit(2).ok());
  ASSERT_TRUE(Await([&] { return !writer_->CheckBacklog(0).ok(); }));
  EXPECT_EQ(ReasonOf(Submit(3)), "BACKLOG_FULL");
  EXPECT_TRUE(Submit(4, 1).ok()) << "another partition";
  broker_.Trim(0, 2);
  EXPECT_TRUE(Await([&] { return writer_->CheckBacklog(0).ok(); }));
  EXPECT_TRUE(Submit(5).ok());
}

TEST_F(PushWriterTest, TellsWhenTheQueueIsConfiguredOtherwise) {
  broker_.SetMisconfigured();
  Start(Patient());
  EXPECT_TRUE(Await([&] { return fatal_ > 0; }));
}

TEST_F(PushWriterTest, StopPushesWhatWaitsAndSeesItPersisted) {
  broker_.HoldPushes();
  Start(Patient());
  for (std::size_t i = 0; i < 10; ++i) ASSERT_TRUE(Submit(i).ok());
  broker_.AwaitHeldPush();
  broker_.ReleasePushes();
  std::jthread flusher([this] {
    ASSERT_TRUE(Await([&] { return Bodies(0).size() == 10; }));
    broker_.Trim(0, 10);
  });
  writer_->Stop(hours(1));  // or it would wait this long
  EXPECT_EQ(answers_.size(), 10u);
  EXPECT_THAT(Bodies(0), IsEmpty());
  EXPECT_EQ(ReasonOf(Submit(11)), "SHUTTING_DOWN");
}

TEST_F(PushWriterTest, StopAnswersWhatCantBePushed) {
  broker_.SetReachable(false);
  Start(Patient());
  ASSERT_TRUE(Submit(1).ok());
  writer_->Stop(milliseconds(0));
  writer_->Stop(milliseconds(0));
  ASSERT_EQ(answers_.size(), 1u);
  EXPECT_EQ(ReasonOf(answers_[1]), "SHUTTING_DOWN");
  EXPECT_THAT(Bodies(0), IsEmpty());
}

}  // namespace
}  // namespace inkwell::ingest
