// What this flusher did, as metrics. Operators build dashboards and alerts on the names:
// they never change.
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <array>
#include <chrono>
#include <vector>

#include "absl/status/status.h"
#include "common/base/clock.h"
#include "services/flusher/store/outcome_counts.h"

namespace inkwell::flusher {

// Thread-safe.
class FlushMetrics final : public prometheus::Collectable {
 public:
  FlushMetrics();

  // A batch was committed, with these outcomes; none if another flusher trimmed it.
  void BatchDone(const OutcomeCounts& outcomes);
  // A batch could not be finished, and will be tried again.
  void BatchFailed(const absl::Status& status);
  // The database was looked at.
  void DatabaseLooked(bool reachable);
  // A flush came to its end, at `end`.
  void FlushDone(std::chrono::microseconds duration, WallTime end);

  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  prometheus::Registry registry_;
  std::array<prometheus::Counter*, kOutcomes.size()> changes_{};
  prometheus::Counter& batches_;
  prometheus::Family<prometheus::Counter>& batch_failures_;
  prometheus::Counter& queue_failures_;
  prometheus::Counter& database_failures_;
  prometheus::Counter& flushes_;
  prometheus::Histogram& flush_duration_;
  prometheus::Gauge& last_flush_;
  prometheus::Gauge& database_reachable_;
};

}  // namespace inkwell::flusher
