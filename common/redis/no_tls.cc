// In place of tls.cc, where hiredis_ssl is not there.
#include "common/redis/tls.h"

namespace inkwell::redis {

bool CanUseTls() { return false; }

absl::Status CheckTlsFiles(const TlsFiles& /*files*/) {
  return absl::FailedPreconditionError("this program was built without TLS to Redis");
}

absl::Status StartTls(redisContext& /*context*/, const std::string& /*host*/,
                      const TlsFiles& files) {
  return CheckTlsFiles(files);
}

}  // namespace inkwell::redis
