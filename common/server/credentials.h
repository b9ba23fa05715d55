// What a gRPC server shows its clients, and what it asks of them.
#pragma once

#include <grpcpp/security/server_credentials.h>

#include <memory>

#include "absl/status/statusor.h"
#include "common/server/tls_files.h"

namespace inkwell {

// Plain text if no files are named. Else TLS with the server's certificate, and, where there
// is a client_ca, connections only from clients whose certificate leads to it. The files are
// read again every files.reload_interval, and what is new holds for new connections; of files
// that can't be read, what was before stays. kFailedPrecondition as of CheckTlsFiles.
[[nodiscard]] absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MakeCredentials(
    const TlsFiles& files);

}  // namespace inkwell
