#include "common/base/backoff.h"

#include <algorithm>
#include <cstdint>

#include "common/base/random.h"

namespace inkwell {

Backoff::Duration Backoff::Next() {
  const Duration delay = delay_;
  const std::chrono::duration<double, Duration::period> grown = delay_ * options_.factor;
  delay_ = grown < options_.most ? std::chrono::duration_cast<Duration>(grown) : options_.most;
  const auto half = delay.count() / 2;
  const auto spread = static_cast<std::uint64_t>(delay.count() - half + 1);
  return Duration(half + static_cast<Duration::rep>(Random64() % spread));
}

}  // namespace inkwell
