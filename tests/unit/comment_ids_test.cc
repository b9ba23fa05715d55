#include "services/ingest/comment_ids.h"

#include <gtest/gtest.h>

#include <chrono>
#include <set>

#include "common/queue/partition.h"

namespace inkwell::ingest {
namespace {

const WallTime kTime{std::chrono::milliseconds(0x0191d2f05b1c)};

TEST(NewCommentId, IsAVersion7Uuid) {
  const std::string text = NewCommentId(kTime, 0, 1).ToText();
  EXPECT_EQ(text.substr(0, 13), "0191d2f0-5b1c") << "48 bits of milliseconds";
  EXPECT_EQ(text[14], '7');
  EXPECT_NE(std::string("89ab").find(text[19]), std::string::npos) << text;
}

TEST(NewCommentId, FallsIntoTheWantedPartition) {
  for (const int partitions : {1, 2, 16, 1000, queue::kMaxPartitions}) {
    for (const int wanted : {0, partitions / 2, partitions - 1}) {
      EXPECT_EQ(queue::PartitionOf(NewCommentId(kTime, wanted, partitions), partitions), wanted);
    }
  }
}

TEST(NewCommentId, IsNewEachTime) {
  std::set<Uuid> ids;
  for (int i = 0; i < 10'000; ++i) ids.insert(NewCommentId(kTime, 3, 16));
  EXPECT_EQ(ids.size(), 10'000u);
}

TEST(NewCommentId, SortsByTime) {
  EXPECT_LT(NewCommentId(kTime, 15, 16), NewCommentId(kTime + std::chrono::milliseconds(1), 0, 16));
}

}  // namespace
}  // namespace inkwell::ingest
