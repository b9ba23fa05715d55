#include "common/server/readiness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace inkwell {
namespace {

using ::testing::ElementsAre;

const absl::Status kAway = absl::UnavailableError("Redis is not reachable");
const absl::Status kUnprepared = absl::UnavailableError("no schema yet");

TEST(Readiness, TakesAllNeeds) {
  Readiness readiness({kAway, kUnprepared});
  std::vector<bool> told;
  readiness.Tell([&told](bool ready) { told.push_back(ready); });
  EXPECT_EQ(readiness.status(), kAway);
  readiness.Set(0, absl::OkStatus());
  EXPECT_EQ(readiness.status(), kUnprepared);
  readiness.Set(1, absl::OkStatus());
  readiness.Set(1, absl::OkStatus());
  EXPECT_TRUE(readiness.status().ok());
  readiness.Set(0, kAway);
  EXPECT_EQ(readiness.status(), kAway);
  EXPECT_THAT(told, ElementsAre(false, true, false)) << "at changes only";
}

TEST(Readiness, IsOverAtShutdown) {
  Readiness readiness({kAway});
  readiness.Set(0, absl::OkStatus());
  std::vector<bool> told;
  readiness.Tell([&told](bool ready) { told.push_back(ready); });
  readiness.ShutDown();
  readiness.Set(0, kAway);
  readiness.Set(0, absl::OkStatus());
  EXPECT_EQ(readiness.status().message(), "shutting down");
  EXPECT_THAT(told, ElementsAre(true, false));
}

}  // namespace
}  // namespace inkwell
