#include "common/base/trace_context.h"

#include <gtest/gtest.h>

#include <string>

namespace inkwell {
namespace {

// The example of the W3C's recommendation.
const std::string kTraceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

TEST(TraceContext, ReadsATraceparent) {
  const auto context = TraceContext::FromTraceparent(kTraceparent);
  ASSERT_TRUE(context.has_value());
  EXPECT_EQ(context->AsBytes(),
            "\x0a\xf7\x65\x19\x16\xcd\x43\xdd\x84\x48\xeb\x21\x1c\x80\x31\x9c"
            "\xb7\xad\x6b\x71\x69\x20\x33\x31");
  EXPECT_TRUE(context->sampled);
}

TEST(TraceContext, ReadsWhetherTheTraceIsSampled) {
  const std::string ids = kTraceparent.substr(0, kTraceparent.size() - 2);
  for (const char* sampled : {"01", "03", "ff"}) {
    EXPECT_TRUE(TraceContext::FromTraceparent(ids + sampled)->sampled) << sampled;
  }
  for (const char* not_sampled : {"00", "02", "fe"}) {
    EXPECT_FALSE(TraceContext::FromTraceparent(ids + not_sampled)->sampled) << not_sampled;
  }
}

TEST(TraceContext, RefusesWhatIsNoTraceparent) {
  for (std::size_t bytes = 0; bytes < kTraceparent.size(); ++bytes) {
    EXPECT_EQ(TraceContext::FromTraceparent(kTraceparent.substr(0, bytes)), std::nullopt) << bytes;
  }
  for (std::size_t i = 0; i < kTraceparent.size(); ++i) {
    for (const char wrong : {'g', 'A', '-', ' ', '\0', '\xff'}) {
      std::string text = kTraceparent;
      if (text[i] == wrong) continue;
      text[i] = wrong;
      EXPECT_EQ(TraceContext::FromTraceparent(text), std::nullopt) << text;
    }
  }
}

TEST(TraceContext, RefusesIdsThatAreAllZeros) {
  const std::string no_trace = "00-" + std::string(32, '0') + "-b7ad6b7169203331-01";
  const std::string no_span = "00-0af7651916cd43dd8448eb211c80319c-" + std::string(16, '0') + "-01";
  EXPECT_EQ(TraceContext::FromTraceparent(no_trace), std::nullopt);
  EXPECT_EQ(TraceContext::FromTraceparent(no_span), std::nullopt);
}

TEST(TraceContext, ReadsANewerVersionAsFarAsItUnderstandsIt) {
  const std::string newer = "01" + kTraceparent.substr(2);
  EXPECT_EQ(TraceContext::FromTraceparent(newer), TraceContext::FromTraceparent(kTraceparent));
  EXPECT_TRUE(TraceContext::FromTraceparent(newer + "-more").has_value());
  EXPECT_EQ(TraceContext::FromTraceparent(newer + "more"), std::nullopt);
  EXPECT_EQ(TraceContext::FromTraceparent(kTraceparent + "-more"), std::nullopt);
  EXPECT_EQ(TraceContext::FromTraceparent("ff" + kTraceparent.substr(2)), std::nullopt);
}

TEST(TraceContext, IsTheSameFromItsBytes) {
  const auto context = TraceContext::FromTraceparent(kTraceparent);
  EXPECT_EQ(TraceContext::FromBytes(context->AsBytes()), context);
}

TEST(TraceContext, RefusesBytesThatAreNoIds) {
  const std::string bytes(TraceContext::FromTraceparent(kTraceparent)->AsBytes());
  EXPECT_EQ(TraceContext::FromBytes(""), std::nullopt);
  EXPECT_EQ(TraceContext::FromBytes(bytes.substr(1)), std::nullopt);
  EXPECT_EQ(TraceContext::FromBytes(bytes + "x"), std::nullopt);
  EXPECT_EQ(TraceContext::FromBytes(std::string(16, '\0') + "span id!"), std::nullopt);
  EXPECT_EQ(TraceContext::FromBytes("the trace's id.." + std::string(8, '\0')), std::nullopt);
}

}  // namespace
}  // namespace inkwell
