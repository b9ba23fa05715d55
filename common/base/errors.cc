#include "common/base/errors.h"

#include <fmt/core.h>

#include <cstddef>

#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"
#include "google/rpc/error_details.pb.h"

namespace inkwell {
namespace {

// An error travels in metadata, of which a gRPC client takes 8 KiB unless told otherwise;
// it would see that limit's error instead of ours. Violations are in there three times,
// once percent-encoded.
constexpr std::size_t kMaxViolationsBytes = 1024;

template <typename Detail>
std::string TypeUrl() {
  return "type.googleapis.com/" + Detail::descriptor()->full_name();
}

template <typename Detail>
void AddDetail(absl::Status& status, const Detail& detail) {
  status.SetPayload(TypeUrl<Detail>(), absl::Cord(detail.SerializeAsString()));
}

}  // namespace

absl::Status Error(absl::StatusCode code, std::string_view reason, std::string_view message) {
  absl::Status status(code, std::string(message));
  google::rpc::ErrorInfo info;
  info.set_reason(std::string(reason));
  info.set_domain("inkwell");
  AddDetail(status, info);
  return status;
}

absl::Status RetryableError(absl::StatusCode code, std::string_view reason,
                            std::string_view message, std::chrono::milliseconds delay) {
  absl::Status status = Error(code, reason, message);
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(delay.count() / 1000);
  retry.mutable_retry_delay()->set_nanos(static_cast<int>(delay.count() % 1000 * 1'000'000));
  AddDetail(status, retry);
  return status;
}

absl::Status InvalidFields(const std::vector<FieldViolation>& violations) {
  google::rpc::BadRequest bad_request;
  std::string message;
  for (const auto& violation : violations) {
    if (message.size() >= kMaxViolationsBytes) {
      message += fmt::format("; and {} more",
                             violations.size() - std::size_t(bad_request.field_violations_size()));
      break;
    }
    message += fmt::format("{}{}: {}", message.empty() ? "" : "; ", violation.field,
                           violation.description);
    auto* field = bad_request.add_field_violations();
    field->set_field(violation.field);
    field->set_description(violation.description);
  }
  absl::Status status = Error(absl::StatusCode::kInvalidArgument, "INVALID_FIELDS", message);
  AddDetail(status, bad_request);
  return status;
}

absl::Status Annotate(const absl::Status& status, std::string_view context) {
  absl::Status annotated(status.code(),
                         fmt::format("{}: {}", context, std::string(status.message())));
  status.ForEachPayload([&annotated](absl::string_view type_url, const absl::Cord& payload) {
    annotated.SetPayload(type_url, payload);
  });
  return annotated;
}

std::string ReasonOf(const absl::Status& status) {
  const auto payload = status.GetPayload(TypeUrl<google::rpc::ErrorInfo>());
  google::rpc::ErrorInfo info;
  if (!payload || !info.ParseFromString(std::string(*payload))) return "";
  return info.reason();
}

bool IsServersFault(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kUnimplemented:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDataLoss:
      return true;
    default:
      return false;
  }
}

}  // namespace inkwell
