// An ingest and two flushers under a load of creates, updates and deletes, while something
// happens to their Postgres.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>

#include "tests/crash/caller.h"
#include "tests/crash/history.h"
#include "tests/crash/load.h"
#include "tests/support/stack.h"

namespace inkwell::testing {

// To be used on the test's main thread. What does not start throws.
class LoadedStack {
 public:
  // On `stack`, which outlives it; `flusher_flags` beat those that its flushers have anyway.
  // The load runs from now on.
  explicit LoadedStack(Stack& stack, const Flags& flusher_flags = {});

  [[nodiscard]] ServiceProcess& ingest() { return ingest_; }
  [[nodiscard]] std::array<ServiceProcess*, 2>& flushers() { return flushers_; }

  // Waits until the load has done some more.
  [[nodiscard]] bool AwaitLoad() const { return load_.AwaitSteps(300); }
  // Waits until a change that is accepted from now on is in Postgres: how long that took, or
  // nullopt if none is.
  [[nodiscard]] std::optional<std::chrono::milliseconds> AwaitPersisted();
  // Has ingest accept a change that Postgres refuses, in the middle of the others.
  [[nodiscard]] bool Poison();
  // Ends the load, and flushes until nothing is pending; false if something stays.
  [[nodiscard]] bool StopAndDrain();
  // After that: takes the dead letters away, and tells their SQLSTATEs, parted by blanks.
  [[nodiscard]] std::string TakeDeadLetters();
  // After that: what is wrong with rows, dead letters and books, and the logs; empty if
  // nothing is.
  [[nodiscard]] std::string Verdict();
  [[nodiscard]] std::string Logs() const;

 private:
  Stack& stack_;
  ServiceProcess& ingest_;
  std::array<ServiceProcess*, 2> flushers_;
  const Caller caller_;
  History history_;
  Load load_;
};

}  // namespace inkwell::testing
