#include "common/base/errors.h"

#include <gtest/gtest.h>

#include "google/rpc/error_details.pb.h"

namespace inkwell {
namespace {

// The detail of this type; an empty one if there is none.
template <typename Detail>
Detail DetailOf(const absl::Status& status) {
  const auto payload =
      status.GetPayload("type.googleapis.com/" + Detail::descriptor()->full_name());
  Detail detail;
  EXPECT_TRUE(!payload || detail.ParseFromString(std::string(*payload)));
  return detail;
}

TEST(ErrorsTest, CarriesItsReason) {
  const auto status = Error(absl::StatusCode::kNotFound, "GONE", "it is gone");
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status.message(), "it is gone");
  EXPECT_EQ(ReasonOf(status), "GONE");
  EXPECT_EQ(DetailOf<google::rpc::ErrorInfo>(status).domain(), "inkwell");
  EXPECT_EQ(ReasonOf(absl::NotFoundError("another's")), "");
  EXPECT_EQ(ReasonOf(absl::OkStatus()), "");
}

TEST(ErrorsTest, SaysWhenToTryAgain) {
  const auto status = RetryableError(absl::StatusCode::kUnavailable, "AWAY", "it is away",
                                     std::chrono::milliseconds(1250));
  const auto delay = DetailOf<google::rpc::RetryInfo>(status).retry_delay();
  EXPECT_EQ(delay.seconds(), 1);
  EXPECT_EQ(delay.nanos(), 250'000'000);
  EXPECT_EQ(ReasonOf(status), "AWAY");
}

TEST(ErrorsTest, NamesEveryBadField) {
  const auto status = InvalidFields({{"a", "is missing"}, {"b.c", "is too long"}});
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "a: is missing; b.c: is too long");
  const auto bad_request = DetailOf<google::rpc::BadRequest>(status);
  ASSERT_EQ(bad_request.field_violations_size(), 2);
  EXPECT_EQ(bad_request.field_violations(1).field(), "b.c");
  EXPECT_EQ(bad_request.field_violations(1).description(), "is too long");
}

TEST(ErrorsTest, KeepsDetailsWhenAnnotated) {
  const auto status = Annotate(Error(absl::StatusCode::kNotFound, "GONE", "it is gone"), "looking");
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status.message(), "looking: it is gone");
  EXPECT_EQ(ReasonOf(status), "GONE");
}

}  // namespace
}  // namespace inkwell
