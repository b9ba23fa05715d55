// Two ingests and two flushers under load, on a Redis of several servers in which something
// happens.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "tests/crash/caller.h"
#include "tests/crash/history.h"
#include "tests/support/stack.h"

namespace inkwell::testing {

// What happens to the servers. Each throws if it can't.
struct Failover {
  std::string name;
  std::function<void()> strike;  // returns once others have taken over
  std::function<void()> mend;    // returns once the next one can come
};

// To be used on the test's main thread.
class FailoverWorld {
 public:
  static constexpr int kPartitions = 8;

  // All is ready once it is constructed; else it throws.
  explicit FailoverWorld(const std::string& redis_url);

  // Puts load on, lets it happen, awaits recovery, mends, ends the load and judges: what is
  // wrong, with all that is needed to find out why; empty if nothing is. Prints a line on
  // standard output, with how long callers had to wait.
  [[nodiscard]] std::string PlayRound(const Failover& failover, std::uint64_t seed);

 private:
  static constexpr std::size_t kLoadThreads = 6;

  [[nodiscard]] std::string Play(const Failover& failover, std::uint64_t seed,
                                 std::chrono::milliseconds& away);
  // Waits until every ingest takes a change that reaches Postgres.
  [[nodiscard]] bool AwaitRecovery();
  // Flushes until nothing is pending; false if it never is.
  [[nodiscard]] bool Drain();
  [[nodiscard]] std::string Logs() const;

  const std::string redis_url_;
  Stack stack_;
  std::array<ServiceProcess*, 2> ingests_;
  std::array<ServiceProcess*, 2> flushers_;
  const Caller caller_;
  // The series after those of the load's threads is for the probes of AwaitRecovery.
  History history_{kLoadThreads + 1};
};

}  // namespace inkwell::testing
