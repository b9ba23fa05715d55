#include "common/queue/keys.h"

#include <gtest/gtest.h>

namespace inkwell::queue {
namespace {

// An operator sees these: they are kept exactly.
TEST(Keys, AreAsDocumented) {
  const auto keys = MakePartitionKeys("comments", 2);
  ASSERT_EQ(keys.size(), 2u);
  EXPECT_EQ(keys[0].changes, "{comments:0}:changes");
  EXPECT_EQ(keys[1].meta, "{comments:1}:meta");
  EXPECT_EQ(ConfigKey("comments"), "comments:config");
}

TEST(Namespace, AllowsNothingThatBreaksAHashTag) {
  EXPECT_TRUE(CheckNamespace("comments-2_b.C").ok());
  EXPECT_TRUE(CheckNamespace(std::string(64, 'a')).ok());
  for (const std::string& bad : {std::string(), std::string("a:b"), std::string("a{b"),
                                 std::string("a}b"), std::string("a b"), std::string(65, 'a')}) {
    EXPECT_TRUE(absl::IsInvalidArgument(CheckNamespace(bad))) << bad;
  }
}

}  // namespace
}  // namespace inkwell::queue
