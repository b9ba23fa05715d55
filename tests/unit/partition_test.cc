#include "common/queue/partition.h"

#include <gtest/gtest.h>

namespace inkwell::queue {
namespace {

// Published with the algorithm.
TEST(Fnv1a64, MatchesItsTestVectors) {
  EXPECT_EQ(Fnv1a64(""), 0xcbf29ce484222325u);
  EXPECT_EQ(Fnv1a64("a"), 0xaf63dc4c8601ec8cu);
  EXPECT_EQ(Fnv1a64("foobar"), 0x85944171f73967e8u);
}

TEST(Fnv1a64, GoesOnFromAPrefix) { EXPECT_EQ(Fnv1a64("bar", Fnv1a64("foo")), Fnv1a64("foobar")); }

// Stored changes hang on it: it must never change.
TEST(PartitionOf, IsPinned) {
  const auto id = *Uuid::FromText("0191d2f0-5b1c-7cc3-98c4-dc0c0c07398f");
  EXPECT_EQ(PartitionOf(id, 1), 0);
  EXPECT_EQ(Fnv1a64(id.AsBytes()), 0xc7ca5e29cc4637e2u);
  EXPECT_EQ(PartitionOf(id, 16), 2);
  EXPECT_EQ(PartitionOf(id, 1000), 746);
}

}  // namespace
}  // namespace inkwell::queue
