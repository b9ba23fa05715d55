// The two ways to put load on a server. Both keep a bounded number of calls under
// way, take their comments from a feed until that ends, and return when every call
// is done.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "tests/load/call.h"
#include "tests/load/feed.h"
#include "tests/load/tally.h"

namespace inkwell::load {

// Makes lane number `index`, which reports to `done`.
using MakeCall = std::function<std::unique_ptr<Call>(std::int64_t index, Call::Done done)>;

struct LoopOptions {
  std::int64_t outstanding = 64;  // calls
  std::int64_t comments_per_call = 1;
};

// Closed: each lane sends again as soon as it is answered, so the load follows the
// server's speed.
void RunClosedLoop(const LoopOptions& options, const MakeCall& make_call, Feed& feed);

// Open: calls are due at a fixed rate, whatever the server does, as with users who
// don't know of each other. One that is sent late, because `outstanding` others
// are under way, still counts its latency from when it was due; how late is tallied.
void RunOpenLoop(const LoopOptions& options, double comments_per_second, const MakeCall& make_call,
                 Feed& feed, Tally& tally, const std::stop_token& stop);

}  // namespace inkwell::load
