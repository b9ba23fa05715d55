// A Postgres that refuses us is no reason to crash: an operator mends it, and all goes on.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <sstream>
#include <string>

#include "tests/support/stack.h"

namespace inkwell::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

int RefusalsIn(const std::string& log) {
  std::istringstream lines(log);
  int refusals = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.find("password authentication failed") != std::string::npos) ++refusals;
  }
  return refusals;
}

TEST(WrongPassword, TheFlusherSaysSoNowAndThenAndGoesOnTrying) {
  Stack stack({.postgres = {.password = "the-right-one"}});
  auto& ingest = stack.AddIngest();
  const auto started = std::chrono::steady_clock::now();
  auto& flusher = stack.AddFlusher({"--postgres=postgresql://inkwell:an-older-one@127.0.0.1:" +
                                    std::to_string(stack.postgres().port()) + "/postgres"},
                                   Until::kListening);
  CreateMany(ingest, 10);

  ASSERT_TRUE(Await([&] { return RefusalsIn(flusher.Log()) >= 3; })) << flusher.Log();
  const int refusals = RefusalsIn(flusher.Log());
  const auto waited = std::chrono::steady_clock::now() - started;
  // However long that took: a line a second, and the first.
  EXPECT_LE(refusals, waited / std::chrono::seconds(1) + 2) << flusher.Log();
  EXPECT_EQ(flusher.HealthOf(), ServiceProcess::Health::NOT_SERVING);

  stack.QueryOne("ALTER ROLE inkwell PASSWORD 'an-older-one'; SELECT 1");
  EXPECT_TRUE(flusher.AwaitServing()) << flusher.Log();
  EXPECT_TRUE(Await([&] { return stack.CountComments() == 10; })) << flusher.Log();
  EXPECT_THAT(flusher.Log(), Not(HasSubstr("an-older-one")));
}

}  // namespace
}  // namespace inkwell::testing
