// A wait that a stop request ends.
#pragma once

#include <chrono>
#include <stop_token>

namespace inkwell {

// Waits for `duration`, or until `stop` is requested. Returns whether it slept it
// all, that is, whether to go on.
bool SleepFor(const std::stop_token& stop, std::chrono::nanoseconds duration);

}  // namespace inkwell
