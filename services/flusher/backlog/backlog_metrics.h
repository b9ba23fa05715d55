// What lies in Redis, as metrics: pending changes, lag, the books, a pause. They are the
// same on every replica, so dashboards take max() of them over replicas, not sum().
//
// Operators build dashboards and alerts on the names: they never change.
#pragma once

#include <prometheus/collectable.h>

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/mutex.h"
#include "services/flusher/backlog/backlog.h"

namespace inkwell::flusher {

// Thread-safe. A Collectable of its own because prometheus-cpp's counters can only be
// added to, and the books are counted elsewhere. They start over with Redis' history,
// which Prometheus takes for a counter's reset.
class BacklogMetrics final : public prometheus::Collectable {
 public:
  // The queue was looked at, or could not be: then all but inkwell_redis_reachable stay as
  // they were.
  void Looked(const absl::StatusOr<Backlog>& backlog);

  // inkwell_redis_reachable alone before the first look that succeeded.
  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  mutable Mutex mutex_;
  bool reachable_ INK_GUARDED_BY(mutex_) = false;
  std::optional<Backlog> backlog_ INK_GUARDED_BY(mutex_);
};

}  // namespace inkwell::flusher
