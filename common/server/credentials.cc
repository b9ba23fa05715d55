#include "common/server/credentials.h"

#include <algorithm>

namespace inkwell {

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MakeCredentials(const TlsFiles& files) {
  using grpc::experimental::FileWatcherCertificateProvider;
  if (!files.on()) return grpc::InsecureServerCredentials();
  const auto checked = CheckTlsFiles(files, SystemClock().Now());
  if (!checked.ok()) return checked.status();

  // gRPC counts in whole seconds, and would die of 0.
  const auto interval = std::chrono::ceil<std::chrono::seconds>(files.reload_interval);
  grpc::experimental::TlsServerCredentialsOptions options(
      std::make_shared<FileWatcherCertificateProvider>(
          files.key, files.cert, files.client_ca,
          static_cast<unsigned>(std::max<std::int64_t>(interval.count(), 1))));
  options.watch_identity_key_cert_pairs();
  if (!files.client_ca.empty()) {
    options.watch_root_certs();
    options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  }
  return grpc::experimental::TlsServerCredentials(options);
}

}  // namespace inkwell
