#include "services/ingest/ingest_metrics.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "common/base/errors.h"

namespace inkwell::ingest {
namespace {

using prometheus::BuildCounter;
using prometheus::Counter;
using prometheus::Gauge;
using prometheus::Registry;

Counter& OneCounter(Registry& registry, const char* name, const char* help) {
  return BuildCounter().Name(name).Help(help).Register(registry).Add({});
}

Gauge& OneGauge(Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}

// From a round trip on one machine to --ack_timeout and more.
const prometheus::Histogram::BucketBoundaries kAckSeconds = {
    0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10};

}  // namespace

IngestMetrics::IngestMetrics()
    : ack_latency_(prometheus::BuildHistogram()
                       .Name("inkwell_ack_latency_seconds")
                       .Help("From a change's arrival to its acknowledgement; all changes of a "
                             "group commit count as its oldest.")
                       .Register(registry_)
                       .Add({}, kAckSeconds)),
      pushes_(
          OneCounter(registry_, "inkwell_pushes_total", "Group commits that Redis has answered.")),
      pushed_entries_(OneCounter(registry_, "inkwell_pushed_entries_total",
                                 "List entries that were appended, those pushed again included.")),
      repushed_entries_(OneCounter(registry_, "inkwell_repushed_entries_total",
                                   "Changes that were pushed again after an answer or Redis' "
                                   "history was lost.")),
      queue_bytes_(OneGauge(registry_, "inkwell_queue_bytes",
                            "What waits in this process to be pushed to Redis.")),
      window_bytes_(OneGauge(registry_, "inkwell_retained_window_bytes",
                             "Accepted changes kept in memory until Postgres has them.")),
      window_dropped_(OneCounter(registry_, "inkwell_retained_window_dropped_changes_total",
                                 "Accepted changes that fell out of the full window before "
                                 "Postgres was known to have them.")),
      reachable_(OneGauge(registry_, "inkwell_redis_reachable",
                          "Whether this process can push to Redis.")),
      noeviction_(OneGauge(registry_, "inkwell_redis_noeviction",
                           "Whether Redis' maxmemory-policy is noeviction, as it must be.")),
      history_losses_(OneCounter(registry_, "inkwell_redis_history_losses_total",
                                 "How often Redis came back with less than it had, and changes "
                                 "were pushed again.")) {
  auto& accepted = BuildCounter()
                       .Name("inkwell_accepted_changes_total")
                       .Help("Changes that were acknowledged, by kind.")
                       .Register(registry_);
  // In the order of ChangeKind.
  constexpr std::array<const char*, 3> kKinds = {"create", "update", "delete"};
  for (std::size_t i = 0; i < kKinds.size(); ++i) {
    accepted_[i] = &accepted.Add({{"kind", kKinds[i]}});
  }
  auto& refused =
      BuildCounter()
          .Name("inkwell_refused_changes_total")
          .Help("Changes that were not acknowledged, by the reason that the caller got.")
          .Register(registry_);
  for (std::size_t i = 0; i < kReasons.size(); ++i) {
    refused_[i] = &refused.Add({{"reason", std::string(kReasons[i])}});
  }
}

void IngestMetrics::Accepted(ChangeKind kind, std::int64_t count) {
  accepted_[static_cast<std::size_t>(kind)]->Increment(static_cast<double>(count));
}

void IngestMetrics::Refused(const absl::Status& status, std::int64_t count) {
  const auto* const found = std::find(kReasons.begin(), kReasons.end() - 1, ReasonOf(status));
  refused_[static_cast<std::size_t>(found - kReasons.begin())]->Increment(
      static_cast<double>(count));
}

void IngestMetrics::AcksSent(std::chrono::nanoseconds waited, std::int64_t count) {
  const double seconds = std::chrono::duration<double>(waited).count();
  std::vector<double> increments(kAckSeconds.size() + 1);
  const auto bucket = std::lower_bound(kAckSeconds.begin(), kAckSeconds.end(), seconds);
  increments[static_cast<std::size_t>(bucket - kAckSeconds.begin())] = static_cast<double>(count);
  ack_latency_.ObserveMultiple(increments, seconds * static_cast<double>(count));
}

void IngestMetrics::Pushed(std::int64_t entries) {
  pushes_.Increment();
  pushed_entries_.Increment(static_cast<double>(entries));
}

void IngestMetrics::Repushed(std::int64_t entries) {
  repushed_entries_.Increment(static_cast<double>(entries));
}

void IngestMetrics::QueueBytes(std::int64_t bytes) { queue_bytes_.Set(static_cast<double>(bytes)); }

void IngestMetrics::WindowBytes(std::int64_t bytes) {
  window_bytes_.Set(static_cast<double>(bytes));
}

void IngestMetrics::WindowDropped(std::int64_t changes) {
  window_dropped_.Increment(static_cast<double>(changes));
}

void IngestMetrics::SetReachable(bool reachable) { reachable_.Set(reachable ? 1 : 0); }
void IngestMetrics::SetNoEviction(bool noeviction) { noeviction_.Set(noeviction ? 1 : 0); }
void IngestMetrics::HistoryLost() { history_losses_.Increment(); }

std::vector<prometheus::MetricFamily> IngestMetrics::Collect() const { return registry_.Collect(); }

}  // namespace inkwell::ingest
