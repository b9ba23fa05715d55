// Whether strangers may reach a port.
#pragma once

#include <string>

#include "common/server/flag_types.h"

namespace inkwell {

// What to warn of, and which flags would mend it, if `listen` is reached from beyond this
// machine without TLS or without tokens; else empty. A pure function.
[[nodiscard]] std::string ExposureWarning(const ListenAddress& listen, bool tls, bool tokens);

}  // namespace inkwell
