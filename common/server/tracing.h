// Spans for OpenTelemetry, as our code makes them. otlp_tracing.h exports them.
//
// Where there is no Tracer, nothing is exported, and nothing has to be paid.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "common/base/clock.h"
#include "common/base/trace_context.h"

namespace inkwell {

// Work under way, which ends when this is destroyed. Thread-compatible.
class Span {
 public:
  virtual ~Span() = default;
  // What work that this one leads to continues.
  [[nodiscard]] virtual TraceContext context() const = 0;
  // How it went; OK unless told.
  virtual void SetStatus(const absl::Status& status) = 0;
};

// Work that is done. Views what it describes.
struct FinishedSpan {
  std::string_view name;
  WallTime start;
  std::chrono::steady_clock::duration duration{0};
  absl::Status status;
  // Sampled traces that this work was for. It belongs to none of them: there may be many.
  std::span<const TraceContext> links;
  std::vector<std::pair<std::string, std::int64_t>> attributes;
};

// Decides what is sampled: whatever the caller's trace says, and a share of what nobody traced.
// Never blocks, and never fails: spans that can't be exported are dropped, and that is logged.
// Thread-safe; outlives its spans.
class Tracer {
 public:
  virtual ~Tracer() = default;
  // A call of `service` that begins; `caller` is the trace that it is part of, if there is one.
  // Null if it is not sampled.
  [[nodiscard]] virtual std::unique_ptr<Span> StartCall(
      std::string_view service, std::string_view method,
      const std::optional<TraceContext>& caller) = 0;
  // Takes note of work, always if it has links.
  virtual void Record(const FinishedSpan& span) = 0;
};

}  // namespace inkwell
