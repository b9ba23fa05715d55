#include "common/server/tracing_flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/server/otlp_tracing.h"

namespace inkwell {
namespace {

using ::testing::HasSubstr;

// Empty: it was taken.
template <typename Flag>
std::string ErrorOf(const char* text) {
  Flag flag;
  std::string error;
  const bool taken = AbslParseFlag(text, &flag, &error);
  EXPECT_EQ(taken, error.empty()) << text;
  return error;
}

TEST(TracingFlags, AnEndpointIsAnAddressOrNone) {
  EXPECT_EQ(ErrorOf<OtlpEndpoint>(""), "");
  if (!CanExportTraces()) GTEST_SKIP() << "built without traces";
  for (const char* good : {"http://collector:4317", "https://127.0.0.1:443", "http://[::1]:1"}) {
    EXPECT_EQ(ErrorOf<OtlpEndpoint>(good), "") << good;
  }
  for (const char* bad : {"collector", "collector:4317", "ftp://collector:4317", "http://collector",
                          "http://:4317", "http://collector:0", "http://collector:4317/v1/traces",
                          "http://collector/v1:4317", "://collector:4317"}) {
    EXPECT_THAT(ErrorOf<OtlpEndpoint>(bad), HasSubstr("http://host:port")) << bad;
  }
}

TEST(TracingFlags, NoEndpointIsTakenByABuildWithoutTraces) {
  if (CanExportTraces()) GTEST_SKIP() << "built with traces";
  EXPECT_THAT(ErrorOf<OtlpEndpoint>("http://collector:4317"), HasSubstr("INKWELL_TRACES"));
}

TEST(TracingFlags, AShareIsFromNoneToAll) {
  for (const char* good : {"0", "1", "0.01", "1e-3"}) EXPECT_EQ(ErrorOf<Share>(good), "") << good;
  for (const char* bad : {"", "-0.1", "1.1", "1%", "nan", "half"}) {
    EXPECT_THAT(ErrorOf<Share>(bad), HasSubstr("from 0 to 1")) << bad;
  }
}

}  // namespace
}  // namespace inkwell
