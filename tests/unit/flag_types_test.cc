#include "common/server/flag_types.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace inkwell {
namespace {

using ::testing::HasSubstr;

template <typename Flag>
std::string ErrorOf(const char* text) {
  Flag flag;
  std::string error;
  EXPECT_FALSE(AbslParseFlag(text, &flag, &error)) << text;
  return error;
}

template <typename Flag>
Flag Parse(const char* text) {
  Flag flag;
  std::string error;
  EXPECT_TRUE(AbslParseFlag(text, &flag, &error)) << text << ": " << error;
  return flag;
}

TEST(FlagTypes, ByteSize) {
  EXPECT_EQ(Parse<ByteSize>("1").bytes, 1);
  EXPECT_EQ(Parse<ByteSize>("64KiB").bytes, 65536);
  EXPECT_EQ(Parse<ByteSize>("8MiB").bytes, 8 << 20);
  for (const char* bad : {"", "0", "-1", "8MB", "KiB", "1 KiB", "99999999999GiB", "1.5MiB"}) {
    EXPECT_THAT(ErrorOf<ByteSize>(bad), HasSubstr("8MiB")) << bad;
  }
  EXPECT_EQ(AbslUnparseFlag(ByteSize{8 << 20}), "8MiB");
  EXPECT_EQ(AbslUnparseFlag(ByteSize{1000}), "1000");
}

TEST(FlagTypes, IntIn) {
  using Small = IntIn<1, 16>;
  EXPECT_EQ(Parse<Small>("16").value, 16);
  for (const char* bad : {"0", "17", "x", "1x", "", "99999999999999999999"}) {
    EXPECT_THAT(ErrorOf<Small>(bad), HasSubstr("from 1 to 16")) << bad;
  }
}

TEST(FlagTypes, DurationIn) {
  using Short = DurationIn<10, 60'000>;
  EXPECT_EQ(Parse<Short>("1.5s").value, std::chrono::milliseconds(1500));
  for (const char* bad : {"", "1", "9ms", "61s", "inf", "-1s", "10.5ms"}) {
    EXPECT_THAT(ErrorOf<Short>(bad), HasSubstr("from 10ms to 1m")) << bad;
  }
}

TEST(FlagTypes, ListenAddress) {
  EXPECT_EQ(Parse<ListenAddress>("0.0.0.0:50051").port, 50051);
  EXPECT_EQ(Parse<ListenAddress>("[::1]:0").host, "[::1]");
  for (const char* bad : {"", "50051", ":50051", "host", "host:", "host:65536", "::1:80"}) {
    EXPECT_THAT(ErrorOf<ListenAddress>(bad), HasSubstr("host:port")) << bad;
  }
}

TEST(FlagTypes, LogSettings) {
  EXPECT_EQ(Parse<LogLevel>("debug").name, "debug");
  EXPECT_THAT(ErrorOf<LogLevel>("loud"), HasSubstr("warning"));
  EXPECT_EQ(Parse<LogFormat>("json"), LogFormat::kJson);
  EXPECT_THAT(ErrorOf<LogFormat>("xml"), HasSubstr("json or text"));
}

TEST(FlagTypes, RedisUrlShowsNoPassword) {
  const auto url = Parse<redis::Url>("redis://:secret@h");
  EXPECT_THAT(AbslUnparseFlag(url), ::testing::Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace inkwell
