#include "tests/load/feed.h"

#include <set>
#include <string>

#include "common/base/uuid.h"
#include "gtest/gtest.h"

namespace inkwell::load {
namespace {

std::int64_t Drain(Feed& feed, std::int64_t most, std::set<std::string>* ids = nullptr) {
  std::int64_t taken = 0;
  for (auto comments = feed.Take(most); !comments.empty(); comments = feed.Take(most)) {
    taken += static_cast<std::int64_t>(comments.size());
    for (const auto& comment : comments) {
      if (ids != nullptr) ids->insert(comment.comment_id());
    }
  }
  return taken;
}

TEST(Feed, EndsAtTheCountWithASmallerLastShare) {
  Feed feed(Generate({}), {.count = 10}, {});
  EXPECT_EQ(feed.Total(), 10);
  EXPECT_EQ(feed.Take(4).size(), 4U);
  EXPECT_EQ(feed.Take(4).size(), 4U);
  EXPECT_EQ(feed.Take(4).size(), 2U);
  EXPECT_TRUE(feed.Take(4).empty());
}

TEST(Feed, LeavesIdsToTheServerUnlessAskedTo) {
  std::set<std::string> ids;
  Feed without(Generate({}), {.count = 3}, {});
  Drain(without, 1, &ids);
  EXPECT_EQ(ids, std::set<std::string>{""});
}

TEST(Feed, GivesOutDistinctUuidsOfVersionSeven) {
  std::set<std::string> ids;
  Feed feed(Generate({}), {.count = 1000, .give_ids = true}, {});
  EXPECT_EQ(Drain(feed, 7, &ids), 1000);
  EXPECT_EQ(ids.size(), 1000U);
  for (const auto& id : ids) {
    ASSERT_TRUE(Uuid::FromText(id).has_value()) << id;
    EXPECT_EQ(id[14], '7') << id;
    EXPECT_NE(std::string("89ab").find(id[19]), std::string::npos) << id;
  }
}

TEST(Feed, EndsWhenStoppedOrLate) {
  std::stop_source stop;
  Feed stopped(Generate({}), {}, stop.get_token());
  EXPECT_EQ(stopped.Take(5).size(), 5U);
  stop.request_stop();
  EXPECT_TRUE(stopped.Take(5).empty());

  Feed late(Generate({}), {.end = std::chrono::steady_clock::now()}, {});
  EXPECT_TRUE(late.Take(5).empty());
  EXPECT_EQ(late.Total(), std::nullopt);
}

}  // namespace
}  // namespace inkwell::load
