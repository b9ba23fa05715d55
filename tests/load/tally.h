// What came of the comments so far.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "common/base/mutex.h"
#include "tests/load/histogram.h"

namespace inkwell::load {

struct Failure {
  std::int64_t count = 0;
  std::string sample;  // the first message with this code
};

// Counts of comments, but for `latency`, which has one entry for each call that
// had a comment acknowledged.
struct Totals {
  std::int64_t sent = 0;
  std::int64_t acknowledged = 0;
  std::int64_t retried = 0;
  std::map<absl::StatusCode, Failure> failed;
  Histogram latency;
  std::chrono::nanoseconds behind_max{0};  // open loop: latest send less its intended time
};

// Thread-safe.
class Tally {
 public:
  void Sent(std::int64_t comments);
  void Acknowledged(std::int64_t comments);
  void Retried(std::int64_t comments);
  void Failed(absl::StatusCode code, const std::string& message);
  void Latency(std::chrono::nanoseconds value);
  void Behind(std::chrono::nanoseconds value);

  [[nodiscard]] Totals Snapshot() const;

 private:
  mutable Mutex mutex_;
  Totals totals_ INK_GUARDED_BY(mutex_);
};

}  // namespace inkwell::load
