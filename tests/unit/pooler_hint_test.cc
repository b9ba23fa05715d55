#include "services/flusher/store/pooler_hint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace inkwell::flusher {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(PoolerHintTest, SaysWhatWouldBeRight) {
  EXPECT_THAT(WithPoolerHint("FATAL: unsupported startup parameter: options"),
              AllOf(StartsWith("FATAL: unsupported startup parameter: options; "),
                    HasSubstr("--postgres"), HasSubstr("ignore_startup_parameters")));
  EXPECT_THAT(WithPoolerHint("transaction blocks not allowed in statement pooling mode"),
              HasSubstr("set PgBouncer's pool_mode to transaction"));
}

TEST(PoolerHintTest, LeavesOtherErrorsAsTheyAre) {
  EXPECT_EQ(WithPoolerHint("division by zero"), "division by zero");
  EXPECT_EQ(WithPoolerHint(""), "");
}

}  // namespace
}  // namespace inkwell::flusher
