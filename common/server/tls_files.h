// The files of --tls_cert, --tls_key and --tls_client_ca, and what is wrong with them. gRPC
// would take them as they are, and refuse each connection without saying why.
#pragma once

#include <chrono>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/clock.h"

namespace inkwell {

// Paths of PEM files; empty: none.
struct TlsFiles {
  std::string cert;       // the server's certificate, then those that lead to its CA
  std::string key;        // of the server's certificate
  std::string client_ca;  // what clients' certificates lead to; without it they need none
  std::chrono::milliseconds reload_interval{10'000};  // how often they are read again

  // Whether TLS is wanted. A server needs the first two then.
  [[nodiscard]] bool on() const { return !cert.empty() || !key.empty() || !client_ca.empty(); }
};

// Until when the server's certificates are valid: when the first of them ends. kFailedPrecondition
// tells all that is wrong at once, each with its flag and file: one that is missing, can't be read
// or holds something else, a key that does not fit, a certificate that has expired or is not valid
// yet. Thread-safe.
[[nodiscard]] absl::StatusOr<WallTime> CheckTlsFiles(const TlsFiles& files, WallTime now);

// As 2027-01-31T12:00:00Z.
[[nodiscard]] std::string ToUtcText(WallTime time);

}  // namespace inkwell
