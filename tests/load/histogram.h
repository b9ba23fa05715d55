// Latencies in buckets whose width grows with their value, so that every
// percentile is off by less than 1 %, from nanoseconds to hours, in 59 KB.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace inkwell::load {

// Not thread-safe. Copyable.
class Histogram {
 public:
  using Duration = std::chrono::nanoseconds;

  Histogram();

  // Counts one value; a negative one counts as zero.
  void Record(Duration value);

  // The value that `percent` (0 to 100) of those recorded don't exceed: never less
  // than the true one, and more by under 1 %. Zero if nothing was recorded.
  [[nodiscard]] Duration Percentile(double percent) const;
  // Exact.
  [[nodiscard]] Duration Max() const { return max_; }
  [[nodiscard]] std::int64_t Count() const { return count_; }

 private:
  std::vector<std::int64_t> buckets_;
  std::int64_t count_ = 0;
  Duration max_{0};
};

}  // namespace inkwell::load
