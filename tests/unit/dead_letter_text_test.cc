#include <gtest/gtest.h>

#include "services/flusher/store/dead_letter_rows.h"

namespace inkwell::flusher {
namespace {

TEST(AcceptableTextTest, LeavesUtf8AsItIs) {
  for (const std::string text :
       {"", "plain\ttext\n", "Grüße, 世界", "\U0001F58B", "\xf4\x8f\xbf\xbf", "\xed\x9f\xbf"}) {
    EXPECT_EQ(AcceptableText(text), text);
  }
}

TEST(AcceptableTextTest, EscapesWhatPostgresRefuses) {
  EXPECT_EQ(AcceptableText(std::string_view("a\0b", 3)), R"(a\x00b)");
  EXPECT_EQ(AcceptableText("\xff"), R"(\xff)");
  EXPECT_EQ(AcceptableText("\xc3"), R"(\xc3)");                          // cut short
  EXPECT_EQ(AcceptableText("\xc0\x80"), R"(\xc0\x80)");                  // overlong
  EXPECT_EQ(AcceptableText("\xe0\x9f\xbf"), R"(\xe0\x9f\xbf)");          // overlong
  EXPECT_EQ(AcceptableText("\xf0\x8f\xbf\xbf"), R"(\xf0\x8f\xbf\xbf)");  // overlong
  EXPECT_EQ(AcceptableText("\xed\xa0\x80"), R"(\xed\xa0\x80)");          // a surrogate
  EXPECT_EQ(AcceptableText("\xf4\x90\x80\x80"), R"(\xf4\x90\x80\x80)");  // beyond U+10FFFF
}

}  // namespace
}  // namespace inkwell::flusher
