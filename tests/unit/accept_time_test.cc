#include <gtest/gtest.h>

#include <limits>

#include "common/base/errors.h"
#include "common/queue/change_codec.h"
#include "common/queue/change_view.h"

namespace inkwell::queue {
namespace {

absl::Status DecodeWithTime(std::int64_t accept_time_us) {
  v1::Change change;
  change.set_comment_id("0123456789abcdef");
  change.set_accept_time_us(accept_time_us);
  change.mutable_create();
  const std::string entry = EncodeEntry(change);
  ChangeView view;
  return DecodeEntry(entry, view);
}

TEST(AcceptTime, IsOfAYearThatAClientCanBeShown) {
  EXPECT_TRUE(DecodeWithTime(0).ok());
  EXPECT_TRUE(DecodeWithTime(253'402'300'799'999'999).ok());
}

TEST(AcceptTime, MakesAnEntryUndecodableIfItIsFarOff) {
  using Limits = std::numeric_limits<std::int64_t>;
  for (const std::int64_t time :
       {Limits::min(), std::int64_t{-1}, std::int64_t{253'402'300'800'000'000}, Limits::max()}) {
    const absl::Status status = DecodeWithTime(time);
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << time;
    EXPECT_EQ(ReasonOf(status), "UNDECODABLE") << time;
  }
}

}  // namespace
}  // namespace inkwell::queue
