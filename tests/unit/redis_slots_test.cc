#include <gtest/gtest.h>

#include "common/queue/keys.h"
#include "common/redis/slots.h"

namespace inkwell::redis {
namespace {

// Values that CLUSTER KEYSLOT gives.
TEST(RedisSlots, AreThoseOfRedis) {
  EXPECT_EQ(SlotOf("123456789"), 0x31c3 % kSlots) << "the check value of CRC-16/XMODEM";
  EXPECT_EQ(SlotOf("foo"), 12182);
  EXPECT_EQ(SlotOf("bar"), 5061);
  EXPECT_EQ(SlotOf(""), 0);
}

TEST(RedisSlots, AreOfTheHashTagIfThereIsOne) {
  EXPECT_EQ(SlotOf("{foo}:changes"), SlotOf("foo"));
  EXPECT_EQ(SlotOf("a{foo}{bar}"), SlotOf("foo"));
  EXPECT_NE(SlotOf("{}foo"), SlotOf("foo")) << "an empty one is none";
  EXPECT_NE(SlotOf("{foo"), SlotOf("foo"));
}

TEST(RedisSlots, AreTheSameForBothKeysOfAPartition) {
  for (const auto& keys : queue::MakePartitionKeys("comments", 16)) {
    EXPECT_EQ(SlotOf(keys.changes), SlotOf(keys.meta));
  }
}

}  // namespace
}  // namespace inkwell::redis
