#include "services/flusher/flush/batch_trace.h"

#include <fmt/core.h>

#include <chrono>

#include "absl/container/flat_hash_set.h"
#include "common/queue/change_view.h"

namespace inkwell::flusher {

BatchTrace::BatchTrace(Tracer* tracer, int partition) : tracer_(tracer), partition_(partition) {
  if (tracer_ == nullptr) return;
  start_ = SystemClock().Now();
  steady_start_ = std::chrono::steady_clock::now();
}

void BatchTrace::LinkTo(const std::vector<std::string_view>& entries) {
  if (tracer_ == nullptr) return;
  entries_ = entries.size();
  absl::flat_hash_set<TraceContext> linked;
  for (const std::string_view entry : entries) {
    queue::ChangeView change;
    if (!queue::DecodeEntry(entry, change).ok()) continue;
    const auto trace = TraceContext::FromBytes(change.trace_context);
    if (!trace || linked.contains(*trace)) continue;
    if (linked.size() == kMaxLinks) {
      ++left_out_;
    } else {
      linked.insert(*trace);
      links_.push_back(*trace);
    }
  }
}

void BatchTrace::End(const absl::Status& status, const OutcomeCounts& outcomes) {
  if (tracer_ == nullptr || (status.ok() && entries_ == 0)) return;
  FinishedSpan span;
  span.name = "flush batch";
  span.start = start_;
  span.duration = std::chrono::steady_clock::now() - steady_start_;
  span.status = status;
  span.links = links_;
  span.attributes = {{"inkwell.partition", partition_},
                     {"inkwell.changes", static_cast<std::int64_t>(entries_)}};
  if (left_out_ > 0) span.attributes.emplace_back("inkwell.changes_not_linked", left_out_);
  for (const auto& outcome : kOutcomes) {
    const std::int64_t count = outcomes.*outcome.count;
    if (count > 0) span.attributes.emplace_back(fmt::format("inkwell.{}", outcome.name), count);
  }
  tracer_->Record(span);
}

}  // namespace inkwell::flusher
