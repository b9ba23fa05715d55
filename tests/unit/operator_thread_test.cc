#include "services/flusher/operator/operator_thread.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <string>
#include <vector>

#include "common/base/errors.h"

namespace inkwell::flusher {
namespace {

using ::testing::ElementsAre;

// A task whose turn a test can await and hold.
class HeldTask {
 public:
  OperatorThread::Task AsTask() {
    return [this](const absl::Status& turn, const std::stop_token& stop) {
      turn_.set_value(turn);
      release_.get_future().wait();
      stop_requested_ = stop.stop_requested();
    };
  }
  absl::Status AwaitTurn() { return turn_.get_future().get(); }
  void Release() { release_.set_value(); }
  bool stop_requested() const { return stop_requested_; }

 private:
  std::promise<absl::Status> turn_;
  std::promise<void> release_;
  bool stop_requested_ = false;
};

TEST(OperatorThread, RunsTasksInOrder) {
  OperatorThread thread;
  std::vector<int> ran;
  std::promise<void> done;
  for (int i = 0; i < 3; ++i) {
    thread.Post([&ran, i](const absl::Status& turn, const std::stop_token&) {
      EXPECT_TRUE(turn.ok());
      ran.push_back(i);
    });
  }
  thread.Post([&done](const absl::Status&, const std::stop_token&) { done.set_value(); });
  thread.Start();
  done.get_future().wait();
  EXPECT_THAT(ran, ElementsAre(0, 1, 2));
}

TEST(OperatorThread, RefusesMoreThanMayWait) {
  OperatorThread thread;  // not started: all wait
  const auto ignore = [](const absl::Status&, const std::stop_token&) {};
  for (std::size_t i = 0; i < OperatorThread::kMaxWaiting; ++i) thread.Post(ignore);
  absl::Status refusal;
  thread.Post([&](const absl::Status& turn, const std::stop_token&) { refusal = turn; });
  EXPECT_TRUE(absl::IsResourceExhausted(refusal));
  EXPECT_EQ(ReasonOf(refusal), "TOO_MANY_CALLS");
}

TEST(OperatorThread, StopTellsTheTaskUnderWayAndThoseThatWait) {
  OperatorThread thread;
  thread.Start();
  HeldTask held;
  thread.Post(held.AsTask());
  EXPECT_TRUE(held.AwaitTurn().ok());
  // The reason and not the status: ThreadSanitizer can't see how Debian's Abseil counts
  // references to one that crosses threads.
  std::promise<std::string> waiting;
  thread.Post(
      [&](const absl::Status& turn, const std::stop_token&) { waiting.set_value(ReasonOf(turn)); });

  std::jthread stopper([&] { thread.Stop(); });
  EXPECT_EQ(waiting.get_future().get(), "SHUTTING_DOWN");
  held.Release();
  stopper.join();
  EXPECT_TRUE(held.stop_requested());

  absl::Status late;
  thread.Post([&](const absl::Status& turn, const std::stop_token&) { late = turn; });
  EXPECT_EQ(ReasonOf(late), "SHUTTING_DOWN");
  thread.Stop();
}

}  // namespace
}  // namespace inkwell::flusher
