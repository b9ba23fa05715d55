// What a thread gathers and pushes by itself, beside the writer's own thread.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "tests/support/await.h"
#include "tests/unit/push_writer_fixture.h"

namespace inkwell::ingest {
namespace {

using std::chrono::hours;
using testing::Await;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class PushGatheredTest : public PushWriterTest {
 protected:
  // The writer's own thread has no reason to come by, once it has connected.
  void StartReachable() {
    PushWriterOptions options = Patient();
    options.look_interval = hours(24);
    Start(options);
    ASSERT_TRUE(Submit(0, 1).ok());
    ASSERT_TRUE(Await([this] { return answers_.size() == 1; }));
  }
};

TEST_F(PushGatheredTest, WaitsUntilItIsPushedAndIsAnsweredThen) {
  StartReachable();
  ASSERT_TRUE(Gather(1).ok());
  ASSERT_TRUE(Gather(2).ok());
  EXPECT_THAT(Bodies(0), IsEmpty());
  writer_->PushGathered();
  EXPECT_THAT(Bodies(0), ElementsAre("1", "2"));
  EXPECT_EQ(answers_.size(), 3) << "nobody else had to be waited for";
}

TEST_F(PushGatheredTest, LeavesConnectingToTheWriter) {
  StartReachable();
  broker_.RestartEmpty();
  ASSERT_TRUE(Gather(1).ok());
  writer_->PushGathered();
  ASSERT_TRUE(Await([this] { return answers_.size() == 2; }));
  EXPECT_TRUE(answers_[1].ok());
  EXPECT_THAT(Bodies(0), ElementsAre("1"));
  EXPECT_THAT(Bodies(1), ElementsAre("0")) << "pushed again";
}

TEST_F(PushGatheredTest, LeavesDurabilityToTheWriter) {
  queue::ServerFacts server;
  server.can_await_fsync = true;
  broker_.SetServer(server);
  StartReachable();
  ASSERT_TRUE(Gather(1, Durability::kFsynced).ok());
  writer_->PushGathered();
  ASSERT_TRUE(Await([this] { return answers_.size() == 2; }));
  EXPECT_TRUE(answers_[1].ok());
}

TEST_F(PushGatheredTest, DoesNotWaitForAPushThatHangs) {
  StartReachable();
  broker_.HoldPushes();
  ASSERT_TRUE(Submit(1).ok());
  broker_.AwaitHeldPush();
  ASSERT_TRUE(Gather(2).ok());
  writer_->PushGathered();  // returns
  broker_.ReleasePushes();
  ASSERT_TRUE(Await([this] { return answers_.size() == 3; }));
  EXPECT_THAT(Bodies(0), ElementsAre("1", "2"));
}

TEST_F(PushGatheredTest, LeavesNothingLyingWhenSeveralGather) {
  StartReachable();
  constexpr std::size_t kEach = 2000;
  std::vector<std::jthread> threads;
  for (std::size_t thread = 0; thread < 3; ++thread) {
    threads.emplace_back([this, thread] {
      for (std::size_t i = 0; i < kEach; ++i) {
        ASSERT_TRUE(Gather(1 + thread * kEach + i).ok());
        writer_->PushGathered();
      }
    });
  }
  threads.clear();
  EXPECT_TRUE(Await([this] { return answers_.size() == 1 + 3 * kEach; })) << answers_.size();
  EXPECT_EQ(Bodies(0).size(), 3 * kEach);
}

}  // namespace
}  // namespace inkwell::ingest
