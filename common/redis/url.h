// Where Redis is, as a user writes it: redis://[[user]:password@]host[:port][/db], or
// rediss:// for TLS (https://www.iana.org/assignments/uri-schemes/prov/redis and rediss).
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace inkwell::redis {

struct Url {
  bool tls = false;
  std::string host = "127.0.0.1";
  int port = 6379;
  std::string username;  // empty: Redis' default user
  std::string password;  // empty: no AUTH
  int database = 0;

  // The URL with *** for its password, for logs. Reading it gives the same but for that.
  [[nodiscard]] std::string ToText() const;
};

// kInvalidArgument if `text` can't be read, saying where and what would be right, but
// repeating nothing in which a password might stand. User and password may be
// percent-encoded; an IPv6 host stands in brackets.
[[nodiscard]] absl::StatusOr<Url> ParseUrl(std::string_view text);

}  // namespace inkwell::redis
