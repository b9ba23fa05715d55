#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/redis/tls.h"
#include "common/redis/url.h"

namespace inkwell::redis {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(RedisUrl, HasDefaults) {
  const auto url = ParseUrl("redis://cache");
  ASSERT_TRUE(url.ok()) << url.status();
  EXPECT_EQ(url->topology, Topology::kServer);
  EXPECT_THAT(url->servers, ElementsAre(Server{"cache", 6379}));
  EXPECT_EQ(url->database, 0);
  EXPECT_EQ(url->password, "");
}

TEST(RedisUrl, TakesEverything) {
  const auto url = ParseUrl("redis://us%40er:p%3Aw%2F@[::1]:7000/3");
  ASSERT_TRUE(url.ok()) << url.status();
  EXPECT_THAT(url->servers, ElementsAre(Server{"::1", 7000}));
  EXPECT_EQ(url->database, 3);
  EXPECT_EQ(url->username, "us@er");
  EXPECT_EQ(url->password, "p:w/");
}

TEST(RedisUrl, TakesAPasswordAlone) {
  const auto url = ParseUrl("redis://:secret@h/");
  ASSERT_TRUE(url.ok()) << url.status();
  EXPECT_EQ(url->username, "");
  EXPECT_EQ(url->password, "secret");
}

// Which it is, the build decides.
TEST(RedisUrl, TakesTlsOrSaysWhereToFindIt) {
  const auto url = ParseUrl("rediss://h");
  if (CanUseTls()) {
    ASSERT_TRUE(url.ok()) << url.status();
    EXPECT_TRUE(url->tls);
    EXPECT_EQ(url->ToText(), "rediss://h:6379/0");
  } else {
    EXPECT_TRUE(absl::IsInvalidArgument(url.status()));
    EXPECT_THAT(std::string(url.status().message()), HasSubstr("Debian 13"));
  }
}

TEST(RedisUrl, TakesSentinels) {
  const auto url = ParseUrl("redis+sentinel://user:secret@a,b:7000,[::1]/main.1/3");
  ASSERT_TRUE(url.ok()) << url.status();
  EXPECT_EQ(url->topology, Topology::kSentinel);
  EXPECT_THAT(url->servers,
              ElementsAre(Server{"a", 26379}, Server{"b", 7000}, Server{"::1", 26379}));
  EXPECT_EQ(url->master, "main.1");
  EXPECT_EQ(url->database, 3);
  EXPECT_EQ(url->ToText(), "redis+sentinel://user:***@a:26379,b:7000,[::1]:26379/main.1/3");
  EXPECT_EQ(ParseUrl("redis+sentinel://a/m")->database, 0);
  EXPECT_EQ(ParseUrl("redis+sentinel://a/m/")->database, 0);
}

TEST(RedisUrl, TakesAClustersNodes) {
  const auto url = ParseUrl("redis+cluster://:secret@a,b:7000/");
  ASSERT_TRUE(url.ok()) << url.status();
  EXPECT_EQ(url->topology, Topology::kCluster);
  EXPECT_THAT(url->servers, ElementsAre(Server{"a", 6379}, Server{"b", 7000}));
  EXPECT_EQ(url->ToText(), "redis+cluster://:***@a:6379,b:7000");
}

TEST(RedisUrl, HidesThePassword) {
  const auto url = ParseUrl("redis://user:secret@h:1/2");
  EXPECT_EQ(url->ToText(), "redis://user:***@h:1/2");
}

TEST(RedisUrl, SaysWhatIsWrong) {
  const std::pair<const char*, const char*> cases[] = {{"localhost:6379", "no scheme"},
                                                       {"http://h", "unknown scheme \"http\""},
                                                       {"redis://", "no host"},
                                                       {"redis://h:0", "bad port"},
                                                       {"redis://h:65536", "bad port"},
                                                       {"redis://h:", "bad port"},
                                                       {"redis://h:12x", "bad port"},
                                                       {"redis://h/x", "bad database"},
                                                       {"redis://h/-1", "bad database"},
                                                       {"redis://[::1", "']'"},
                                                       {"redis://[::1]x", "after ']'"},
                                                       {"redis://user@h", "password must follow"},
                                                       {"redis://:p%zz@h", "percent"},
                                                       {"redis://:p%4@h", "percent"},
                                                       {"redis://a,b", "bad host"},
                                                       {"redis+sentinel://a,b", "no name of a"},
                                                       {"redis+sentinel://a,b/", "no name of a"},
                                                       {"redis+sentinel://a//1", "no name of a"},
                                                       {"redis+sentinel://a/m n", "bad name"},
                                                       {"redis+sentinel://a/m/x", "bad database"},
                                                       {"redis+sentinel://a,,b/m", "no host"},
                                                       {"redis+sentinel:///m", "/master[/db]"},
                                                       {"redis+cluster://a/1", "no databases"},
                                                       {"redis+cluster://", "no host"}};
  for (const auto& [text, why] : cases) {
    const auto url = ParseUrl(text);
    EXPECT_TRUE(absl::IsInvalidArgument(url.status())) << text;
    EXPECT_THAT(std::string(url.status().message()), HasSubstr(why)) << text;
  }
}

TEST(RedisUrl, DoesNotRepeatAPasswordInAnError) {
  const auto url = ParseUrl("redis://user:secret@h:x");
  EXPECT_THAT(std::string(url.status().message()), Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace inkwell::redis
