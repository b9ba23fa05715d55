#include "common/server/tls_watch.h"

#include <fmt/core.h>
#include <spdlog/spdlog.h>

#include <string>
#include <utility>

#include "common/base/sleep.h"

namespace inkwell {

std::jthread WatchTlsFiles(const TlsFiles& files) {
  return std::jthread([files](const std::stop_token& stop) {
    const SystemClock clock;
    absl::StatusOr<std::string> said;
    do {
      const auto valid_until = CheckTlsFiles(files, clock.Now());
      if (valid_until == said) continue;
      if (valid_until.ok()) {
        spdlog::info("serving TLS; the certificate is valid until {}", *valid_until);
      } else {
        spdlog::error("{}; until that is mended, new connections may fail",
                      std::string(valid_until.status().message()));
      }
      said = valid_until;
    } while (SleepFor(stop, files.reload_interval));
  });
}

}  // namespace inkwell
