#include "tests/load/tally.h"

#include <algorithm>

namespace inkwell::load {

void Tally::Sent(std::int64_t comments) {
  const MutexLock lock(mutex_);
  totals_.sent += comments;
}

void Tally::Acknowledged(std::int64_t comments) {
  const MutexLock lock(mutex_);
  totals_.acknowledged += comments;
}

void Tally::Retried(std::int64_t comments) {
  const MutexLock lock(mutex_);
  totals_.retried += comments;
}

void Tally::Failed(absl::StatusCode code, const std::string& message) {
  const MutexLock lock(mutex_);
  Failure& failure = totals_.failed[code];
  if (failure.count++ == 0) failure.sample = message;
}

void Tally::Latency(std::chrono::nanoseconds value) {
  const MutexLock lock(mutex_);
  totals_.latency.Record(value);
}

void Tally::Behind(std::chrono::nanoseconds value) {
  const MutexLock lock(mutex_);
  totals_.behind_max = std::max(totals_.behind_max, value);
}

Totals Tally::Snapshot() const {
  const MutexLock lock(mutex_);
  return totals_;
}

}  // namespace inkwell::load
