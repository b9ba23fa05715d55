#include "services/flusher/operator/pause_switch.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "common/base/errors.h"
#include "tests/support/fake_queue.h"
#include "tests/support/manual_clock.h"

namespace inkwell::flusher {
namespace {

class PauseSwitchTest : public ::testing::Test {
 protected:
  std::optional<queue::Pause> Current() { return *queue_.ReadPause(); }

  testing::ManualClock clock_;
  testing::FakeBroker broker_{1};
  testing::FakeDrainQueue queue_{broker_};
  PauseSwitch switch_{queue_, clock_};
};

TEST_F(PauseSwitchTest, SetsAndEndsAPause) {
  ASSERT_TRUE(switch_.Pause("vacuum, says Ada").ok());
  EXPECT_EQ(Current(), (queue::Pause{clock_.Now(), "vacuum, says Ada"}));
  ASSERT_TRUE(switch_.Resume().ok());
  EXPECT_EQ(Current(), std::nullopt);
  EXPECT_TRUE(switch_.Resume().ok());
}

TEST_F(PauseSwitchTest, BoundsTheReason) {
  EXPECT_TRUE(switch_.Pause(std::string(kMaxPauseReasonBytes, 'x')).ok());
  ASSERT_TRUE(switch_.Resume().ok());
  const absl::Status status = switch_.Pause(std::string(kMaxPauseReasonBytes + 1, 'x'));
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_EQ(Current(), std::nullopt);
}

TEST_F(PauseSwitchTest, SaysWhenTheQueueIsAway) {
  broker_.SetReachable(false);
  EXPECT_TRUE(absl::IsUnavailable(switch_.Pause("")));
  EXPECT_TRUE(absl::IsUnavailable(switch_.Resume()));
}

}  // namespace
}  // namespace inkwell::flusher
