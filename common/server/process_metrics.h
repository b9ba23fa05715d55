// What the kernel knows of this process, under the names that all Prometheus client libraries
// use: process_cpu_seconds_total, process_resident_memory_bytes …
#pragma once

#include <prometheus/collectable.h>

#include <vector>

namespace inkwell {

// Thread-safe: has no state, and reads /proc at each scrape. What can't be read there is left
// out.
class ProcessMetrics final : public prometheus::Collectable {
 public:
  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;
};

}  // namespace inkwell
