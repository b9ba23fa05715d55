#include "common/base/backoff.h"

#include <gtest/gtest.h>

#include <chrono>

namespace inkwell {
namespace {

using std::chrono::milliseconds;

TEST(BackoffTest, GrowsToItsMost) {
  Backoff backoff({.first = milliseconds(100), .most = milliseconds(1000), .factor = 3});
  for (const int whole : {100, 300, 900, 1000, 1000, 1000}) {
    const auto delay = backoff.Next();
    EXPECT_GE(delay, milliseconds(whole / 2));
    EXPECT_LE(delay, milliseconds(whole));
  }
}

TEST(BackoffTest, StartsOver) {
  Backoff backoff({.first = milliseconds(100), .most = milliseconds(10'000), .factor = 10});
  static_cast<void>(backoff.Next());
  static_cast<void>(backoff.Next());
  backoff.Reset();
  EXPECT_LE(backoff.Next(), milliseconds(100));
}

TEST(BackoffTest, SpreadsOverHalfTheDelay) {
  Backoff backoff({.first = milliseconds(1000), .most = milliseconds(1000), .factor = 1});
  auto least = milliseconds::max();
  auto most = milliseconds::min();
  for (int i = 0; i < 1000; ++i) {
    const auto delay = backoff.Next();
    least = std::min(least, delay);
    most = std::max(most, delay);
  }
  EXPECT_LT(least, milliseconds(550));
  EXPECT_GT(most, milliseconds(950));
}

}  // namespace
}  // namespace inkwell
