// Says so when the TLS files change for the better or the worse: gRPC, which reads them again
// by itself, says nothing.
#pragma once

#include <thread>

#include "common/server/tls_files.h"

namespace inkwell {

// Checks the files every files.reload_interval until it is told to stop, and logs what is
// wrong with them, or until when they are valid, whenever that is something else than before.
[[nodiscard]] std::jthread WatchTlsFiles(const TlsFiles& files);

}  // namespace inkwell
