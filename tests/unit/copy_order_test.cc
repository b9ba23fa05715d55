#include "services/flusher/store/copy_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace inkwell::flusher {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A comment of each post, whose author tells where it stood.
std::vector<NewComment> CommentsOf(const std::vector<std::string_view>& posts) {
  static constexpr std::string_view kPlaces = "0123456789";
  std::vector<NewComment> comments(posts.size());
  for (std::size_t i = 0; i < posts.size(); ++i) {
    comments[i].post_id = posts[i];
    comments[i].author_id = kPlaces.substr(i, 1);
  }
  return comments;
}

std::vector<std::string_view> PostsInOrder(const std::vector<std::string_view>& posts) {
  const auto comments = CommentsOf(posts);
  std::vector<std::string_view> ordered;
  for (const NewComment* comment : InCopyOrder(comments)) ordered.push_back(comment->post_id);
  return ordered;
}

TEST(CopyOrderTest, OfNothingIsNothing) { EXPECT_THAT(InCopyOrder({}), IsEmpty()); }

TEST(CopyOrderTest, IsByPost) {
  EXPECT_THAT(PostsInOrder({"c", "a", "b"}), ElementsAre("a", "b", "c"));
}

TEST(CopyOrderTest, PutsTheShorterFirst) {
  EXPECT_THAT(PostsInOrder({"post-11", "post-1", "post-", "post-10"}),
              ElementsAre("post-", "post-1", "post-10", "post-11"));
}

TEST(CopyOrderTest, ComparesBytesWithoutSign) {
  EXPECT_THAT(PostsInOrder({"\xc3\xa9", "z", "\x01"}), ElementsAre("\x01", "z", "\xc3\xa9"));
}

TEST(CopyOrderTest, TellsLongOnesApartThatBeginAlike) {
  EXPECT_THAT(PostsInOrder({"b", "a-long-prefix-2", "a-long-prefix-10", "a-long-prefix-1"}),
              ElementsAre("a-long-prefix-1", "a-long-prefix-10", "a-long-prefix-2", "b"));
}

TEST(CopyOrderTest, LeavesAPostsCommentsAsTheyWere) {
  for (const std::string_view other : {"a", "a-post-whose-name-is-long"}) {
    const auto comments = CommentsOf({"b", other, "b", other, "b"});
    std::vector<std::string_view> places;
    for (const NewComment* comment : InCopyOrder(comments)) places.push_back(comment->author_id);
    EXPECT_THAT(places, ElementsAre("1", "3", "0", "2", "4"));
  }
}

}  // namespace
}  // namespace inkwell::flusher
