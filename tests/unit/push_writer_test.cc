#include "services/ingest/push_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

#include "common/base/errors.h"
#include "tests/support/await.h"
#include "tests/support/fake_queue.h"

namespace inkwell::ingest {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using testing::Await;
using ::testing::ElementsAre;
using testing::FakeBroker;
using testing::FakePushQueue;
using ::testing::IsEmpty;

constexpr int kPartitions = 4;

// Collects answers; a second one for the same index is a failure.
class Answers final : public AckSink {
 public:
  void OnAck(std::size_t index, const absl::Status& status) override {
    MutexLock lock(mutex_);
    EXPECT_TRUE(answers_.emplace(index, status).second) << index << " was answered twice";
  }
  std::size_t size() const {
    MutexLock lock(mutex_);
    return answers_.size();
  }
  absl::Status operator[](std::size_t index) const {
    MutexLock lock(mutex_);
    return answers_.at(index);
  }

 private:
  mutable Mutex mutex_;
  std::map<std::size_t, absl::Status> answers_ INK_GUARDED_BY(mutex_);
};

class PushWriterTest : public ::testing::Test {
 protected:
  // Nothing expires by itself unless a test says so.
  static PushWriterOptions Patient() {
    PushWriterOptions options;
    options.partitions = kPartitions;
    options.ack_timeout = hours(24);
    options.reconnect = {milliseconds(1), milliseconds(5), 2.0};
    return options;
  }

  void Start(const PushWriterOptions& options) {
    writer_ = std::make_unique<PushWriter>(
        options, std::make_unique<FakePushQueue>(broker_),
        [this](bool reachable) { reachable_ = reachable; },
        [this](const absl::Status&) { ++fatal_; });
    writer_->Start();
  }

  absl::Status Submit(std::size_t index, int partition = 0,
                      SteadyTime deadline = SteadyTime::max()) {
    std::vector<Submission> submissions;
    submissions.push_back({partition, EntryOf(index), deadline, &answers_, index});
    return writer_->Submit(std::move(submissions));
  }

  static std::string EntryOf(std::size_t index) {
    queue::v1::Change change;
    change.set_comment_id(std::string(16, 'x'));
    change.mutable_create()->set_body(std::to_string(index));
    return queue::EncodeEntry(change);
  }

  // The bodies in a partition's list.
  std::vector<std::string> Bodies(int partition) {
    std::vector<std::string> bodies;
    for (const auto& entry : broker_.Entries(partition)) {
      queue::v1::Change change;
      EXPECT_TRUE(queue::DecodeEntry(entry, change).ok());
      bodies.push_back(change.create().body());
    }
    return bodies;
  }

  FakeBroker broker_{kPartitions};
  Answers answers_;
  std::atomic<bool> reachable_ = false;
  std::atomic<int> fatal_ = 0;
  std::unique_ptr<PushWriter> writer_;
};

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
    submissions.push_back({1, EntryOf(i), SteadyTime::max(), &answers_, i});
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
  options.ack_timeout = milliseconds(20);
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
  options.ack_timeout = milliseconds(20);
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
  options.max_queue_bytes = 1000;
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

TEST_F(PushWriterTest, TellsWhenTheQueueIsConfiguredOtherwise) {
  broker_.SetMisconfigured();
  Start(Patient());
  EXPECT_TRUE(Await([&] { return fatal_ > 0; }));
}

TEST_F(PushWriterTest, StopPushesWhatWaits) {
  broker_.HoldPushes();
  Start(Patient());
  for (std::size_t i = 0; i < 10; ++i) ASSERT_TRUE(Submit(i).ok());
  broker_.AwaitHeldPush();
  broker_.ReleasePushes();
  writer_->Stop(hours(1));
  EXPECT_EQ(answers_.size(), 10u);
  EXPECT_EQ(Bodies(0).size(), 10u);
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
