// TLS on a connection to Redis: by hiredis_ssl, where it was there when this was built
// (tls.cc), else not at all (no_tls.cc). Thread-safe.
#pragma once

#include <string>

#include "absl/status/status.h"

struct redisContext;

namespace inkwell::redis {

// Paths of PEM files; empty: none. They are read anew for each connection, so that they
// may change.
struct TlsFiles {
  std::string ca{};    // the CAs by which the server is known; empty: the system's
  std::string cert{};  // who we are, for a server that asks; then what leads to its CA
  std::string key{};   // of cert
};

[[nodiscard]] bool CanUseTls();

// OK if a connection can be made with these files. kFailedPrecondition tells, with the flag's
// name, which can't be read or holds something else.
[[nodiscard]] absl::Status CheckTlsFiles(const TlsFiles& files);

// Does the handshake on a new connection, which must be to the server that is called `host`:
// its certificate has to be valid, of a known CA, and of that name or IP address.
// kUnavailable, with the reason, if it isn't; the connection is then only good for destruction.
[[nodiscard]] absl::Status StartTls(redisContext& context, const std::string& host,
                                    const TlsFiles& files);

}  // namespace inkwell::redis
