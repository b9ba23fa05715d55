#include "common/base/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace inkwell {
namespace {

TEST(Utf8, IsAnyCharacter) {
  for (const std::string text : {"", "plain", "plain text of more than one word", "Grüße, 世界",
                                 "\U0001F58B", "\xf4\x8f\xbf\xbf", "\xed\x9f\xbf"}) {
    EXPECT_TRUE(IsUtf8(text)) << text;
  }
  EXPECT_TRUE(IsUtf8(std::string(20, '\0')));
}

TEST(Utf8, IsRefusedWhereverItIsBroken) {
  for (const std::string broken : {"\xff", "\x80",
                                   "\xc3",              // cut short
                                   "\xc0\x80",          // overlong
                                   "\xe0\x9f\xbf",      // overlong
                                   "\xf0\x8f\xbf\xbf",  // overlong
                                   "\xed\xa0\x80",      // a surrogate
                                   "\xf4\x90\x80\x80"}) {
    for (std::size_t before = 0; before < 20; ++before) {
      EXPECT_FALSE(IsUtf8(std::string(before, 'x') + broken + "after"));
      EXPECT_FALSE(IsUtf8(std::string(before, 'x') + broken));
    }
  }
}

}  // namespace
}  // namespace inkwell
