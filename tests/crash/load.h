// A load of creates, updates and deletes that goes on through outages.
#pragma once

#include <atomic>
#include <cstdint>
#include <random>
#include <stop_token>
#include <thread>
#include <vector>

#include "tests/crash/caller.h"
#include "tests/crash/history.h"

namespace inkwell::testing {

// Each thread has a series of the history and one call under way at a time: on new comments,
// and on those of its series that are there. A create that failed is tried again
// until it is acknowledged; an edit is not, since it would be another one. The history may
// be looked at once the load is stopped. Thread-safe.
class Load {
 public:
  // Runs from its construction until Stop, or its destruction. Both outlive it.
  Load(const Caller& caller, History& history, std::size_t threads, std::uint64_t seed);
  ~Load() { Stop(); }

  // Waits until `steps` more were done than are now: one for a call that was acknowledged,
  // more for one that failed, since that takes longer. False if the load stands still.
  [[nodiscard]] bool AwaitSteps(std::int64_t steps) const;
  void Stop();

 private:
  void Run(std::size_t series, std::uint64_t seed, const std::stop_token& stop);
  // Creates another comment, or edits one; whether that was acknowledged.
  bool CreateNext(std::size_t series, int server);
  bool EditOne(CommentHistory& comment, int server, std::mt19937_64& random);

  const Caller& caller_;
  History& history_;
  std::atomic<std::int64_t> steps_{0};
  std::vector<std::jthread> threads_;
};

}  // namespace inkwell::testing
