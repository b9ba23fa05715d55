#include "services/ingest/retained_window.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace inkwell::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t kPlenty = 1 << 20;

std::vector<std::string> Texts(const std::vector<std::string*>& entries) {
  std::vector<std::string> texts;
  for (const std::string* entry : entries) texts.push_back(*entry);
  return texts;
}

TEST(RetainedWindow, LetsGoOfWhatTheHeadHasPassed) {
  RetainedWindow window(2, kPlenty);
  window.Add(0, 10, {"a"});
  window.Add(0, 11, {"b"});
  window.Add(1, 3, {"c"});
  window.Advance(0, 10);
  EXPECT_EQ(window.size(), 3) << "the head is the first that is not yet trimmed";
  window.Advance(0, 11);
  EXPECT_EQ(window.size(), 2);
  window.Advance(0, 100);
  window.Advance(1, 4);
  EXPECT_EQ(window.size(), 0);
  EXPECT_EQ(window.bytes(), 0);
  EXPECT_EQ(window.dropped(), 0);
}

TEST(RetainedWindow, WithoutPositionsNothingLeaves) {
  RetainedWindow window(1, kPlenty);
  window.Add(0, 10, {"a"});
  window.Add(0, 11, {"b"});
  window.ForgetPositions();
  window.Advance(0, 1000);
  EXPECT_EQ(window.size(), 2);
  EXPECT_THAT(Texts(window.Unplaced(0, kPlenty)), ElementsAre("a", "b"));
  window.Place(0, 5, 1);
  EXPECT_THAT(Texts(window.Unplaced(0, kPlenty)), ElementsAre("b"));
  window.Advance(0, 1000);
  EXPECT_EQ(window.size(), 1) << "a has one again, b has not";
}

TEST(RetainedWindow, HandsOutUnplacedEntriesInPieces) {
  RetainedWindow window(1, kPlenty);
  for (int i = 0; i < 10; ++i) window.Add(0, i, {std::string(1000, 'x')});
  EXPECT_THAT(window.Unplaced(0, kPlenty), IsEmpty());
  window.ForgetPositions();
  EXPECT_EQ(window.Unplaced(0, 2500).size(), 3u);
  EXPECT_EQ(window.Unplaced(0, 1).size(), 1u) << "at least one";
}

TEST(RetainedWindow, DropsTheOldestOfAllPartitionsWhenItIsFull) {
  RetainedWindow window(2, 3500);
  window.Add(1, 0, {std::string(1000, 'x'), 7});
  window.Add(0, 0, {std::string(1000, 'y')});
  window.Add(0, 1, {std::string(1000, 'z')});
  EXPECT_EQ(window.dropped(), 0);
  window.Add(0, 2, {std::string(1000, 'w')});
  EXPECT_EQ(window.dropped(), 1);
  const auto ended = window.TakeEndedWaits();
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_EQ(ended[0].wait, 7u);
  EXPECT_FALSE(ended[0].persisted);
  EXPECT_LE(window.bytes(), 3500);
}

TEST(RetainedWindow, TellsWhichWaitsEnded) {
  RetainedWindow window(1, kPlenty);
  window.Add(0, 0, {"a", 1});
  window.Add(0, 1, {"b"});
  window.Add(0, 2, {"c", 2});
  window.Advance(0, 2);
  const auto ended = window.TakeEndedWaits();
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_EQ(ended[0].wait, 1u);
  EXPECT_TRUE(ended[0].persisted);
  EXPECT_THAT(window.TakeEndedWaits(), IsEmpty());
}

}  // namespace
}  // namespace inkwell::ingest
