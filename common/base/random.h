// Randomness for ids, epochs and jitter. Not for secrets.
#pragma once

#include <cstdint>

namespace inkwell {

// 64 bits from a generator of the calling thread's own, seeded from the system's
// entropy at first use. Thread-safe, lock-free.
[[nodiscard]] std::uint64_t Random64();

}  // namespace inkwell
