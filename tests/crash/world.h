// The stack that faults happen to: two ingests and two flushers, the second of each behind
// gates, so that the first have another life when the network is spoilt.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "tests/crash/caller.h"
#include "tests/crash/history.h"
#include "tests/support/stack.h"
#include "tests/support/tcp_gate.h"

namespace inkwell::testing {

// What a Redis that was killed comes back with.
enum class RedisData { kKept, kLost };

// To be used on the test's main thread, but for caller and history.
struct World {
  static constexpr int kPartitions = 4;
  static constexpr std::size_t kLoadThreads = 6;

  // All is ready once it is constructed; else it throws. `seed` is for the gates.
  explicit World(RedisData redis_data, std::uint64_t seed = 1);

  // Waits until every ingest takes a change that reaches Postgres; how long that took, or
  // nullopt if it never did.
  std::optional<std::chrono::milliseconds> AwaitRecovery();
  // Flushes until nothing is pending; false if it never is.
  [[nodiscard]] bool Drain();
  // What everyone logged.
  [[nodiscard]] std::string Logs() const;

  const RedisData redis_data;
  Stack stack;
  TcpGate redis_gate;
  TcpGate postgres_gate;
  std::array<ServiceProcess*, 2> ingests;
  std::array<ServiceProcess*, 2> flushers;
  const Caller caller;
  // The series after those of the load's threads is for the probes of AwaitRecovery.
  History history{kLoadThreads + 1};
};

}  // namespace inkwell::testing
