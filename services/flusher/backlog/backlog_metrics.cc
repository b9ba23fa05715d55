#include "services/flusher/backlog/backlog_metrics.h"

#include <prometheus/metric_family.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

namespace inkwell::flusher {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

using Labels = std::vector<ClientMetric::Label>;

ClientMetric Gauge(double value, Labels labels = {}) {
  ClientMetric metric;
  metric.label = std::move(labels);
  metric.gauge.value = value;
  return metric;
}

ClientMetric Counter(std::int64_t value, Labels labels = {}) {
  ClientMetric metric;
  metric.label = std::move(labels);
  metric.counter.value = static_cast<double>(value);
  return metric;
}

MetricFamily Pending(const Backlog& backlog) {
  MetricFamily family{"inkwell_pending_changes",
                      "Changes in Redis that are not yet trimmed, by partition.",
                      MetricType::Gauge,
                      {}};
  for (std::size_t p = 0; p < backlog.partitions.size(); ++p) {
    family.metric.push_back(Gauge(static_cast<double>(backlog.partitions[p].pending),
                                  {{"partition", std::to_string(p)}}));
  }
  return family;
}

MetricFamily Books(const Backlog& backlog) {
  MetricFamily family{"inkwell_books_changes_total",
                      "Changes that left Redis, by what became of them, whichever flusher took "
                      "them. The same on every replica.",
                      MetricType::Counter,
                      {}};
  for (const auto& outcome : kOutcomes) {
    family.metric.push_back(
        Counter(backlog.books.*outcome.count, {{"outcome", std::string(outcome.name)}}));
  }
  return family;
}

}  // namespace

void BacklogMetrics::Looked(const absl::StatusOr<Backlog>& backlog) {
  MutexLock lock(mutex_);
  reachable_ = backlog.ok();
  if (backlog.ok()) backlog_ = *backlog;
}

std::vector<MetricFamily> BacklogMetrics::Collect() const {
  MutexLock lock(mutex_);
  std::vector<MetricFamily> families{{"inkwell_redis_reachable",
                                      "Whether Redis answered when last asked.",
                                      MetricType::Gauge,
                                      {Gauge(reachable_ ? 1 : 0)}}};
  if (!backlog_) return families;
  families.push_back(Pending(*backlog_));
  families.push_back({"inkwell_lag_seconds",
                      "Now minus the accept time of the oldest change in Redis; 0 if there is "
                      "none.",
                      MetricType::Gauge,
                      {Gauge(std::chrono::duration<double>(backlog_->lag).count())}});
  families.push_back(Books(*backlog_));
  families.push_back({"inkwell_books_appended_changes_total",
                      "Changes ever put on Redis' lists: those that left and those that are "
                      "pending. The same on every replica.",
                      MetricType::Counter,
                      {Counter(backlog_->appended)}});
  families.push_back({"inkwell_flushing_paused",
                      "Whether flushing is held by PauseFlushing, on every replica.",
                      MetricType::Gauge,
                      {Gauge(backlog_->pause ? 1 : 0)}});
  return families;
}

}  // namespace inkwell::flusher
