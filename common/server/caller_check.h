// The check at the head of each call: may its caller do this?
//
// Not gRPC's own AuthMetadataProcessor: in 1.51 that works with TLS alone, and a refusal
// can't carry ErrorInfo.
#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "common/server/call_record.h"
#include "common/server/repeated_warning.h"
#include "common/server/token_file.h"

namespace inkwell {

// Thread-safe. Outlives the server.
class CallerCheck {
 public:
  // `required` is what each call needs. Errors as of TokenFile::Open.
  [[nodiscard]] static absl::StatusOr<CallerCheck> Create(const AuthOptions& options,
                                                          Role required);

  // OK, and the record knows the caller's name; or why the call is refused, as of Authorize, and
  // the record has ended. Refusals are logged, one a second.
  [[nodiscard]] absl::Status Check(const grpc::ServerContextBase& call, CallRecord& record) const;

  // Ends a unary call that is refused, and returns what its handler returns then; nullptr: it
  // may go on.
  [[nodiscard]] grpc::ServerUnaryReactor* Refuse(grpc::CallbackServerContext& call,
                                                 CallRecord& record) const;

 private:
  CallerCheck(std::unique_ptr<TokenFile> tokens, Role required)
      : tokens_(std::move(tokens)),
        required_(required),
        refusals_(std::make_unique<RepeatedWarning>()) {}

  std::unique_ptr<TokenFile> tokens_;  // nullptr: everyone may
  Role required_;
  std::unique_ptr<RepeatedWarning> refusals_;  // not in place, since it can't be moved
};

}  // namespace inkwell
