#pragma once

#include <grpcpp/server_context.h>

#include <chrono>

#include "common/base/clock.h"

namespace inkwell::ingest {

// A caller's deadline on the clock that the writer goes by.
[[nodiscard]] inline SteadyTime CallerDeadline(const grpc::ServerContextBase& context) {
  const auto deadline = context.deadline();
  if (deadline == std::chrono::system_clock::time_point::max()) return SteadyTime::max();
  return std::chrono::steady_clock::now() + (deadline - std::chrono::system_clock::now());
}

}  // namespace inkwell::ingest
