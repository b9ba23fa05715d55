#include "tests/support/error_details.h"

#include <stdexcept>

#include "google/rpc/error_details.pb.h"

namespace inkwell::testing {

ErrorDetails DetailsOf(const grpc::Status& status) {
  google::rpc::Status sent;
  if (!sent.ParseFromString(status.error_details())) {
    throw std::runtime_error("grpc-status-details-bin holds no google.rpc.Status");
  }
  ErrorDetails details;
  for (const auto& any : sent.details()) {
    google::rpc::ErrorInfo info;
    google::rpc::BadRequest bad_request;
    google::rpc::RetryInfo retry;
    if (any.UnpackTo(&info)) {
      if (info.domain() == "inkwell") details.reason = info.reason();
    } else if (any.UnpackTo(&bad_request)) {
      for (const auto& violation : bad_request.field_violations()) {
        details.fields.push_back(violation.field());
      }
    } else if (any.UnpackTo(&retry)) {
      details.retry_delay = std::chrono::milliseconds(retry.retry_delay().seconds() * 1000 +
                                                      retry.retry_delay().nanos() / 1'000'000);
    } else {
      throw std::runtime_error("a detail can't be read: " + any.type_url());
    }
  }
  return details;
}

}  // namespace inkwell::testing
