#include "common/base/gate.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace inkwell {
namespace {

// Ends no test that passes.
SteadyTime Never() { return std::chrono::steady_clock::now() + std::chrono::hours(24); }
SteadyTime Past() { return std::chrono::steady_clock::now() - std::chrono::hours(24); }

TEST(GateTest, LetsNobodyInOnceClosed) {
  Gate gate;
  EXPECT_TRUE(gate.Enter());
  gate.Close();
  gate.Close();
  EXPECT_FALSE(gate.Enter());
  gate.Leave();
}

TEST(GateTest, IsEmptyWhenNobodyIsIn) {
  Gate gate;
  gate.Close();
  EXPECT_TRUE(gate.AwaitEmpty(Past()));
}

TEST(GateTest, TellsWhoIsStillInAtTheDeadline) {
  Gate gate;
  ASSERT_TRUE(gate.Enter());
  gate.Close();
  EXPECT_FALSE(gate.AwaitEmpty(Past()));
  gate.Leave();
  EXPECT_TRUE(gate.AwaitEmpty(Past()));
}

TEST(GateTest, WaitsForTheLastToLeave) {
  Gate gate;
  ASSERT_TRUE(gate.Enter());
  ASSERT_TRUE(gate.Enter());
  std::jthread one([&gate] { gate.Leave(); });
  std::jthread other([&gate] { gate.Leave(); });
  gate.Close();
  EXPECT_TRUE(gate.AwaitEmpty(Never()));
}

}  // namespace
}  // namespace inkwell
