#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/redis/url.h"

namespace inkwell::redis {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(RedisUrlText, CanBeReadAgain) {
  for (const char* text : {"redis://cache", "redis://a%3Ab:secret@h", "redis://a%40b:secret@h:1/2",
                           "redis://%00%0A%FF:secret@h", "redis://100%25:secret@h",
                           "redis://u:secret@[fe80::1%eth0]:7000",
                           "redis+sentinel://:secret@a,[::1]:1/m/2", "redis+cluster://a,b:1"}) {
    const auto url = ParseUrl(text);
    ASSERT_TRUE(url.ok()) << url.status();
    const auto again = ParseUrl(url->ToText());
    ASSERT_TRUE(again.ok()) << url->ToText() << ": " << again.status();
    EXPECT_EQ(again->username, url->username);
    EXPECT_EQ(again->topology, url->topology);
    EXPECT_EQ(again->servers, url->servers);
    EXPECT_EQ(again->master, url->master);
    EXPECT_EQ(again->database, url->database);
  }
}

TEST(RedisUrlText, EncodesTheUser) {
  EXPECT_EQ(ParseUrl("redis://a%3Ab%0A:secret@h")->ToText(), "redis://a%3Ab%0A:***@h:6379/0");
}

TEST(RedisUrlText, IsOfAHostThatCanBeOne) {
  for (const char* text : {"redis://a b", "redis://h]x", "redis://[[h]", "redis://[h]",
                           "redis://[]", "redis://h?db=1", "redis://h\n"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ParseUrl(text).status())) << text;
  }
}

TEST(RedisUrlText, IsNotInAnErrorWhereAPasswordMightBe) {
  for (const char* text :
       {"redis://user:secret", "redis://:secret", "redis://user:x/secret", "redis://user:1/secret",
        "redis+sentinel://user:secret/m", "redis+sentinel://a,user:x/secret", "redis://[secret]",
        "redis://se:cret secret"}) {
    const auto status = ParseUrl(text).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << text;
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("secret"))) << text;
  }
}

}  // namespace
}  // namespace inkwell::redis
