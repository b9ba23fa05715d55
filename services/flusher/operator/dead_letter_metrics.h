// What operators did with dead letters, as metrics. Operators build dashboards and alerts
// on the names: they never change.
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include <cstdint>
#include <vector>

namespace inkwell::flusher {

// Thread-safe.
class DeadLetterMetrics final : public prometheus::Collectable {
 public:
  DeadLetterMetrics();

  // One was applied, and is no dead letter any more.
  void Replayed();
  // One died again, and stays.
  void ReplayRefused();
  void Discarded(std::int64_t count);

  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  prometheus::Registry registry_;
  prometheus::Family<prometheus::Counter>& replays_;
  prometheus::Counter& applied_;
  prometheus::Counter& refused_;
  prometheus::Counter& discarded_;
};

}  // namespace inkwell::flusher
