// Holds flushing on every replica, and lets it go on.
#pragma once

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "common/base/clock.h"
#include "common/queue/drain_queue.h"

namespace inkwell::flusher {

inline constexpr std::size_t kMaxPauseReasonBytes = 1024;

// Not thread-safe. Calls block.
class PauseSwitch {
 public:
  // Both outlive the switch.
  PauseSwitch(queue::DrainQueue& queue, const Clock& clock) : queue_(queue), clock_(clock) {}

  // Once this is OK, no replica begins a batch until Resume; those under way are finished.
  // A pause in force is replaced. kInvalidArgument if the reason is longer than
  // kMaxPauseReasonBytes, kUnavailable if the queue is: it is unknown then which holds.
  [[nodiscard]] absl::Status Pause(const std::string& reason);
  // OK too if there was no pause.
  [[nodiscard]] absl::Status Resume();

 private:
  queue::DrainQueue& queue_;
  const Clock& clock_;
};

}  // namespace inkwell::flusher
