// Ingests and flushers under load, on a Redis of several servers in which something happens,
// while they come and go.
#pragma once

#include <chrono>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "tests/crash/caller.h"
#include "tests/crash/history.h"
#include "tests/ha/failover.h"
#include "tests/support/stack.h"

namespace inkwell::testing {

// To be used on the test's main thread.
class FailoverWorld {
 public:
  static constexpr int kPartitions = 8;

  // With an ingest and a flusher for each of the URLs, which lead to the same Redis. All is
  // ready once it is constructed; else it throws.
  explicit FailoverWorld(const std::vector<std::string>& redis_urls);

  // Puts load on, lets it happen, awaits recovery, mends, ends the load and judges: what is
  // wrong, with all that is needed to find out why; empty if nothing is. Prints a line on
  // standard output, with how long callers had to wait.
  [[nodiscard]] std::string PlayRound(const Failover& failover, std::uint64_t seed);

  // Those of the URL with that number.
  [[nodiscard]] ServiceProcess& ingest(std::size_t url) { return *ingests_[url]; }
  [[nodiscard]] ServiceProcess& flusher(std::size_t url) { return *flushers_[url]; }

 private:
  static constexpr std::size_t kLoadThreads = 6;

  struct Absence {
    ServiceProcess* service;
    bool killed;  // or ended by SIGTERM
  };

  // `away` is how long callers had to wait, and `gone` what went with the failover.
  [[nodiscard]] std::string Play(const Failover& failover, std::uint64_t seed,
                                 std::chrono::milliseconds& away, std::string& gone);
  // Waits until every ingest that is there takes a change that reaches Postgres.
  [[nodiscard]] bool AwaitRecovery();
  // Flushes until nothing is pending; false if it never is.
  [[nodiscard]] bool Drain();
  // One or more services of each kind go, but not all. Which, and how, in words.
  std::string Leave(Leaving leaving, std::mt19937_64& random);
  std::string LeaveSome(const std::string& kind, const std::vector<ServiceProcess*>& services,
                        bool may_be_killed, std::mt19937_64& random);
  // They come again, once those that were to end by themselves have done so.
  void Return();
  [[nodiscard]] bool IsAway(const ServiceProcess* service) const;
  [[nodiscard]] std::string Logs() const;

  const std::string redis_url_;
  Stack stack_;
  const std::vector<ServiceProcess*> ingests_;
  const std::vector<ServiceProcess*> flushers_;
  const Caller caller_;
  std::vector<Absence> absences_;
  // The series after those of the load's threads is for the probes of AwaitRecovery.
  History history_{kLoadThreads + 1};
};

}  // namespace inkwell::testing
