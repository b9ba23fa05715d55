// Whether a call may be made, by the token that it brings. Without gRPC.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "common/server/auth_tokens.h"

namespace inkwell {

// `authorization` is what the call's metadata say under that name, which should be one
// "Bearer TOKEN". The caller's name if the token is one of `tokens` and has the role. Else
// kUnauthenticated (TOKEN_MISSING, TOKEN_MALFORMED, TOKEN_UNKNOWN) or kPermissionDenied
// (ROLE_REQUIRED). No error repeats a token. A pure function, thread-safe.
[[nodiscard]] absl::StatusOr<std::string> Authorize(
    const AuthTokens& tokens, const std::vector<std::string_view>& authorization, Role required);

}  // namespace inkwell
