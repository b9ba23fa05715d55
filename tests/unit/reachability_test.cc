#include "common/server/reachability.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/await.h"
#include "tests/unit/captured_log.h"

namespace inkwell {
namespace {

using ::testing::SizeIs;

const absl::Status kAway = absl::UnavailableError("it is away");

TEST(Reachability, TellsNewsFromWhatWasKnown) {
  Reachability redis("Redis");
  EXPECT_TRUE(redis.Update(kAway));
  EXPECT_FALSE(redis.Update(absl::InternalError("for another reason")));
  EXPECT_TRUE(redis.Update(absl::OkStatus()));
  EXPECT_FALSE(redis.Update(absl::OkStatus()));
}

TEST(Reachability, LogsAServerThatComesAndGoesOnceASecondAndEndsWithWhatHolds) {
  const testing::CapturedLog log(spdlog::level::info);
  Reachability redis("Redis");
  for (int i = 0; i < 100; ++i) {
    redis.Update(kAway);
    redis.Update(absl::OkStatus());
  }
  ASSERT_THAT(log.Events(), SizeIs(1));
  EXPECT_EQ(log.Events()[0]["message"], "Redis is not reachable: it is away");
  EXPECT_TRUE(testing::Await([&] {
    redis.Update(absl::OkStatus());
    return log.Events().size() > 1;
  }));
  EXPECT_EQ(log.Events()[1]["message"], "Redis is reachable");
}

}  // namespace
}  // namespace inkwell
