// What a batch tells about itself to those who trace their changes: a span of its own, with
// links to their traces.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "common/server/tracing.h"
#include "services/flusher/store/outcome_counts.h"

namespace inkwell::flusher {

// One for each batch. Not thread-safe.
class BatchTrace {
 public:
  // A batch may hold ten thousand changes, each with a trace of its own.
  static constexpr std::size_t kMaxLinks = 128;

  // The batch begins. Without a tracer (null), nothing here does anything.
  BatchTrace(Tracer* tracer, int partition);

  // These are its entries: it links to their traces, to each once and to no more than the limit.
  // With a tracer it decodes them for that, so that others need not keep what they decoded.
  void LinkTo(const std::vector<std::string_view>& entries);

  // The batch ends so. It is worth a span if it had changes, or failed.
  void End(const absl::Status& status, const OutcomeCounts& outcomes);

 private:
  Tracer* const tracer_;
  const int partition_;
  WallTime start_;
  SteadyTime steady_start_;
  std::size_t entries_ = 0;
  std::vector<TraceContext> links_;
  std::int64_t left_out_ = 0;  // changes whose traces got no link
};

}  // namespace inkwell::flusher
