#include "tests/load/source.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace inkwell::load {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class JsonLines : public ::testing::Test {
 protected:
  ~JsonLines() override { std::filesystem::remove(path_); }

  absl::StatusOr<std::unique_ptr<Source>> Read(const std::string& text, std::int64_t repeat = 1) {
    std::ofstream(path_) << text;
    return ReadJsonLines(path_, repeat);
  }

  const std::string path_ = ::testing::TempDir() + "json_lines." + std::to_string(getpid());
};

std::vector<std::string> Ids(Source& source, int most) {
  std::vector<std::string> ids;
  v1::Comment comment;
  while (most-- > 0 && source.Next(comment)) ids.push_back(comment.comment_id());
  return ids;
}

TEST_F(JsonLines, AreGoneOverAgainWithoutTheirIds) {
  auto source = Read("{\"commentId\":\"a\"}\n{\"comment_id\":\"b\"}\n", 2);
  ASSERT_TRUE(source.ok()) << source.status();
  EXPECT_EQ((*source)->Size(), 4);
  EXPECT_THAT(Ids(**source, 10), ElementsAre("a", "b", "", ""));
  EXPECT_THAT(Ids(**source, 10), ElementsAre());
}

TEST_F(JsonLines, AreEndlessWhenRepeatIsZero) {
  auto source = Read("{\"body\":\"x\"}", 0);
  ASSERT_TRUE(source.ok()) << source.status();
  EXPECT_EQ((*source)->Size(), std::nullopt);
  EXPECT_EQ(Ids(**source, 100).size(), 100U);
}

TEST_F(JsonLines, NameEveryBadLine) {
  const auto source = Read("{\"body\":\"fine\"}\nnonsense\n{\"colour\":\"red\"}\n");
  ASSERT_FALSE(source.ok());
  const std::string message(source.status().message());
  EXPECT_THAT(message, HasSubstr(path_ + ":2: "));
  EXPECT_THAT(message, HasSubstr(path_ + ":3: "));
  EXPECT_THAT(message, HasSubstr("colour"));
  EXPECT_EQ(message.find(":1:"), std::string::npos);
}

TEST_F(JsonLines, ThatAreMissingAreAnError) {
  EXPECT_THAT(std::string(Read("").status().message()), HasSubstr("holds no line"));
  EXPECT_THAT(std::string(ReadJsonLines("/nowhere/x", 1).status().message()),
              HasSubstr("/nowhere/x: No such file"));
}

TEST(Generated, IsTheSameForTheSameSeedOnly) {
  const auto bodies = [](std::uint64_t seed) {
    const auto source = Generate({.seed = seed});
    std::vector<std::string> out;
    v1::Comment comment;
    for (int i = 0; i < 20 && source->Next(comment); ++i)
      out.push_back(comment.SerializeAsString());
    return out;
  };
  EXPECT_EQ(bodies(7), bodies(7));
  EXPECT_NE(bodies(7), bodies(8));
}

TEST(Generated, HasTheSizeAskedFor) {
  for (const std::int64_t bytes : {0, 1, 20'000}) {
    const auto source = Generate({.posts = 1, .body_bytes = bytes});
    v1::Comment comment;
    ASSERT_TRUE(source->Next(comment));
    EXPECT_EQ(static_cast<std::int64_t>(comment.body().size()), bytes);
    EXPECT_EQ(comment.post_id(), "post-1");
  }
}

}  // namespace
}  // namespace inkwell::load
