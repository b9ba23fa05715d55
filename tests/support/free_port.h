// A TCP port of the loopback interface that nobody listens on.
#pragma once

namespace inkwell::testing {

// Somebody else may take it before the caller does: be ready to ask again.
[[nodiscard]] int FreePort();

// Whether somebody accepts connections on `port`.
[[nodiscard]] bool AcceptsConnections(int port);

}  // namespace inkwell::testing
