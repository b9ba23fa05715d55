#include "common/server/auth_tokens.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace inkwell {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// Of "abc" and of "other" (FIPS 180-2 has the first).
constexpr const char* kAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr const char* kOther = "d9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa";

std::string ErrorOf(const std::string& text) {
  const auto tokens = AuthTokens::Parse(text);
  EXPECT_FALSE(tokens.ok()) << text;
  return std::string(tokens.status().message());
}

TEST(AuthTokens, FindsWhoseATokenIs) {
  const auto tokens = AuthTokens::Parse(
      fmt::format("# who may\n\nforum {} writer\r\n  me@host\t{}  operator", kAbc, kOther));
  ASSERT_TRUE(tokens.ok()) << tokens.status();
  EXPECT_EQ(tokens->size(), 2);
  ASSERT_NE(tokens->Find("abc"), nullptr);
  EXPECT_EQ(tokens->Find("abc")->name, "forum");
  EXPECT_EQ(tokens->Find("abc")->role, Role::kWriter);
  EXPECT_EQ(tokens->Find("other")->name, "me@host");
  EXPECT_EQ(tokens->Find("other")->role, Role::kOperator);
}

TEST(AuthTokens, KnowsNoOtherToken) {
  const auto tokens = AuthTokens::Parse(fmt::format("forum {} writer\n", kAbc));
  ASSERT_TRUE(tokens.ok());
  for (const char* token : {"", "ab", "abc ", "abcd", "ABC", "forum", kAbc}) {
    EXPECT_EQ(tokens->Find(token), nullptr) << token;
  }
}

// Several lines agree with the token up to their last byte, or from their second on.
TEST(AuthTokens, ComparesAllOfEachHash) {
  std::string first = kAbc;
  first.front() = '0';
  std::string last = kAbc;
  last.back() = '0';
  const std::string close = fmt::format("first {} writer\nlast {} writer\n", first, last);
  const auto without = AuthTokens::Parse(close);
  ASSERT_TRUE(without.ok());
  EXPECT_EQ(without->Find("abc"), nullptr);
  for (const auto& text :
       {close + fmt::format("it {} writer\n", kAbc), fmt::format("it {} writer\n", kAbc) + close}) {
    const auto with = AuthTokens::Parse(text);
    ASSERT_TRUE(with.ok());
    ASSERT_NE(with->Find("abc"), nullptr);
    EXPECT_EQ(with->Find("abc")->name, "it");
  }
}

TEST(AuthTokens, ANameMayHaveAnOldTokenAndANewOne) {
  const auto tokens =
      AuthTokens::Parse(fmt::format("forum {} writer\nforum {} writer\n", kAbc, kOther));
  ASSERT_TRUE(tokens.ok()) << tokens.status();
  EXPECT_EQ(tokens->Find("abc")->name, "forum");
  EXPECT_EQ(tokens->Find("other")->name, "forum");
}

TEST(AuthTokens, NamesEveryBadLineAtOnceAndRepeatsNone) {
  const std::string error =
      ErrorOf(fmt::format("forum secret1 writer\n# fine\na/b {0} writer\nforum {0} reader\n"
                          "secret2\nforum {0} writer and more\nx {1}f writer\n",
                          kAbc, kOther));
  EXPECT_THAT(error, AllOf(HasSubstr("line 1: bad hash"), HasSubstr("line 3: bad name"),
                           HasSubstr("line 4: bad role"), HasSubstr("line 5: expected three"),
                           HasSubstr("line 6: expected three"), HasSubstr("line 7: bad hash")));
  EXPECT_THAT(error, AllOf(Not(HasSubstr("secret")), Not(HasSubstr("line 2")), Not(HasSubstr(kAbc)),
                           HasSubstr("NAME SHA256HEX ROLE")));
}

TEST(AuthTokens, OneTokenIsOneLine) {
  const std::string error = ErrorOf(fmt::format("a {0} writer\nb {0} operator\n", kAbc));
  EXPECT_THAT(error, HasSubstr("line 2: the same token as in line 1"));
}

TEST(AuthTokens, AListOfNoneIsRefused) {
  for (const char* text : {"", "\n", "# nobody\n"}) {
    EXPECT_THAT(ErrorOf(text), HasSubstr("no token")) << text;
  }
}

TEST(AuthTokens, HasALimit) {
  std::string text;
  for (std::size_t i = 0; i < AuthTokens::kMaxTokens; ++i) {
    text += fmt::format("name {:064x} writer\n", i);
  }
  EXPECT_TRUE(AuthTokens::Parse(text).ok());
  EXPECT_THAT(ErrorOf(text + fmt::format("name {} writer\n", kAbc)),
              HasSubstr("expected at most 1000"));
}

TEST(AuthTokens, SomeFileThatIsNoListMakesNoEndlessError) {
  std::string text;
  for (int i = 0; i < 10'000; ++i) text += "a line of a log\n";
  EXPECT_THAT(ErrorOf(text),
              AllOf(HasSubstr("line 50: "), Not(HasSubstr("line 51: ")), HasSubstr("9950 more")));
}

}  // namespace
}  // namespace inkwell
