#include "common/server/exposure.h"

#include <fmt/core.h>

#include <string_view>

namespace inkwell {
namespace {

// A name other than localhost may resolve to anything.
bool IsLoopback(std::string_view host) {
  return host == "localhost" || host == "[::1]" || host.substr(0, 4) == "127.";
}

}  // namespace

std::string ExposureWarning(const ListenAddress& listen, bool tls, bool tokens) {
  if ((tls && tokens) || IsLoopback(listen.host)) return "";
  std::string mend;
  if (!tls) mend = "--tls_cert and --tls_key encrypt it";
  if (!tokens) {
    mend +=
        fmt::format("{}--auth_tokens_file lets in only who has a token", mend.empty() ? "" : ", ");
  }
  return fmt::format(
      "--listen={} is open to other machines {}: {}; or listen on 127.0.0.1 if a proxy on this "
      "machine does that",
      listen.ToText(),
      tls      ? "without tokens"
      : tokens ? "without TLS"
               : "without TLS and tokens",
      mend);
}

}  // namespace inkwell
