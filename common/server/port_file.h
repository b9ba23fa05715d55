// Tells a script which port the system chose.
#pragma once

#include <string>

#include "absl/status/status.h"

namespace inkwell {

// Writes the port and a newline to `path`, at once (by rename): a reader sees all of
// it or nothing. kFailedPrecondition with the reason if it can't.
[[nodiscard]] absl::Status WritePortFile(const std::string& path, int port);

}  // namespace inkwell
