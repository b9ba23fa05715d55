#include "common/server/authorize.h"

#include <fmt/core.h>

#include "absl/strings/match.h"
#include "common/base/errors.h"

namespace inkwell {
namespace {

constexpr std::string_view kScheme = "Bearer ";

absl::Status Unauthenticated(std::string_view reason, std::string_view what) {
  return Error(absl::StatusCode::kUnauthenticated, reason,
               fmt::format("{}; send the metadata \"authorization: Bearer TOKEN\" with a token "
                           "that this server's --auth_tokens_file lists",
                           what));
}

// The scheme is written in either case (RFC 9110, 11.1).
bool HasScheme(std::string_view text) {
  return absl::EqualsIgnoreCase(std::string(text.substr(0, kScheme.size())), std::string(kScheme));
}

}  // namespace

absl::StatusOr<std::string> Authorize(const AuthTokens& tokens,
                                      const std::vector<std::string_view>& authorization,
                                      Role required) {
  if (authorization.empty()) return Unauthenticated("TOKEN_MISSING", "the call has no token");
  if (authorization.size() > 1) {
    return Unauthenticated("TOKEN_MALFORMED", "the call has more than one \"authorization\"");
  }
  const std::string_view text = authorization.front();
  if (!HasScheme(text) || text.size() == kScheme.size()) {
    return Unauthenticated("TOKEN_MALFORMED", "the call's \"authorization\" is no bearer token");
  }
  const auto* caller = tokens.Find(text.substr(kScheme.size()));
  if (caller == nullptr) return Unauthenticated("TOKEN_UNKNOWN", "the call's token is not known");
  if (caller->role == required) return caller->name;
  return Error(absl::StatusCode::kPermissionDenied, "ROLE_REQUIRED",
               fmt::format("the token of \"{}\" has the role {}; this service takes tokens with "
                           "the role {}",
                           caller->name, NameOf(caller->role), NameOf(required)));
}

}  // namespace inkwell
