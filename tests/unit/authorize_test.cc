#include "common/server/authorize.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "common/base/errors.h"

namespace inkwell {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// The token is "abc".
AuthTokens Tokens() {
  return *AuthTokens::Parse(
      "forum ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad writer");
}

absl::Status Try(const std::vector<std::string_view>& authorization, Role role = Role::kWriter) {
  return Authorize(Tokens(), authorization, role).status();
}

TEST(Authorize, TakesATokenWithTheRole) {
  EXPECT_TRUE(Try({"Bearer abc"}).ok());
  EXPECT_TRUE(Try({"bearer abc"}).ok()) << "as some clients write it";
  EXPECT_EQ(*Authorize(Tokens(), {"Bearer abc"}, Role::kWriter), "forum");
}

TEST(Authorize, RefusesACallWithoutAToken) {
  const auto status = Try({});
  EXPECT_EQ(status.code(), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(ReasonOf(status), "TOKEN_MISSING");
  EXPECT_THAT(std::string(status.message()), HasSubstr("authorization: Bearer TOKEN"));
}

TEST(Authorize, RefusesWhatIsNoBearerToken) {
  for (const auto& authorization :
       std::vector<std::vector<std::string_view>>{{""},
                                                  {"abc"},
                                                  {"Bearer"},
                                                  {"Bearer "},
                                                  {"Basic abc"},
                                                  {"Bearerabc"},
                                                  {"Bearer abc", "Bearer abc"}}) {
    const auto status = Try(authorization);
    EXPECT_EQ(status.code(), absl::StatusCode::kUnauthenticated);
    EXPECT_EQ(ReasonOf(status), "TOKEN_MALFORMED") << authorization.front();
  }
}

TEST(Authorize, RefusesAnUnknownTokenAndDoesNotRepeatIt) {
  const auto status = Try({"Bearer hunter2"});
  EXPECT_EQ(status.code(), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(ReasonOf(status), "TOKEN_UNKNOWN");
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr("hunter2")));
}

TEST(Authorize, RefusesATokenOfAnotherRoleAndSaysWhichWouldDo) {
  const auto status = Try({"Bearer abc"}, Role::kOperator);
  EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(ReasonOf(status), "ROLE_REQUIRED");
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("\"forum\" has the role writer"), HasSubstr("operator")));
}

}  // namespace
}  // namespace inkwell
