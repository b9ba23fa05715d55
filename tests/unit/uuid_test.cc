#include "common/base/uuid.h"

#include <gtest/gtest.h>

namespace inkwell {
namespace {

constexpr std::string_view kText = "0123abcd-4567-89ef-0000-fedcba987654";

TEST(UuidTest, GoesToTextAndBack) {
  const auto uuid = Uuid::FromText(kText);
  ASSERT_TRUE(uuid);
  EXPECT_EQ(uuid->ToText(), kText);
  EXPECT_EQ(uuid->bytes[0], 0x01);
  EXPECT_EQ(uuid->bytes[15], 0x54);
}

TEST(UuidTest, GoesToBytesAndBack) {
  const auto uuid = Uuid::FromText(kText).value();
  EXPECT_EQ(uuid.AsBytes().size(), Uuid::kBytes);
  EXPECT_EQ(Uuid::FromBytes(uuid.AsBytes()), uuid);
  EXPECT_FALSE(Uuid::FromBytes(uuid.AsBytes().substr(1)));
  EXPECT_FALSE(Uuid::FromBytes(std::string(17, 'x')));
}

TEST(UuidTest, HasOneSpelling) {
  for (const std::string_view text : {
           "",
           "0123ABCD-4567-89ef-0000-fedcba987654",   // upper case
           "0123abcd-4567-89ef-0000-fedcba98765",    // short
           "0123abcd-4567-89ef-0000-fedcba9876543",  // long
           "0123abcd456789ef0000fedcba9876540000",   // no dashes
           "0123abcd-4567-89ef-0000-fedcba98765g",   // no hexadecimal digit
           "0123abcd-4567-89ef-0000fedcba9-87654",   // a dash elsewhere
           "{123abcd-4567-89ef-0000-fedcba98765}",   // braces
       }) {
    EXPECT_FALSE(Uuid::FromText(text)) << text;
  }
}

}  // namespace
}  // namespace inkwell
