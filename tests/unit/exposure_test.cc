#include "common/server/exposure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace inkwell {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(Exposure, LoopbackNeedsNothing) {
  for (const char* host : {"127.0.0.1", "127.1.2.3", "localhost", "[::1]"}) {
    EXPECT_THAT(ExposureWarning({host, 50051}, false, false), IsEmpty()) << host;
  }
}

TEST(Exposure, OthersNeedBoth) {
  for (const char* host : {"0.0.0.0", "[::]", "10.0.0.1", "inkwell.example.com", "128.0.0.1"}) {
    EXPECT_THAT(ExposureWarning({host, 50051}, false, false),
                AllOf(HasSubstr(host), HasSubstr("without TLS and tokens"), HasSubstr("--tls_cert"),
                      HasSubstr("--tls_key"), HasSubstr("--auth_tokens_file")));
    EXPECT_THAT(ExposureWarning({host, 50051}, true, true), IsEmpty());
  }
  EXPECT_THAT(ExposureWarning({"0.0.0.0", 1}, true, false),
              AllOf(HasSubstr("--auth_tokens_file"), Not(HasSubstr("--tls_cert"))));
  EXPECT_THAT(ExposureWarning({"0.0.0.0", 1}, false, true),
              AllOf(HasSubstr("--tls_cert"), Not(HasSubstr("--auth_tokens_file"))));
}

}  // namespace
}  // namespace inkwell
