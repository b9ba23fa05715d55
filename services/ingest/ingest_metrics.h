// Ingest's metrics, by what is to be counted rather than by how Prometheus calls it.
// Operators build dashboards and alerts on the names: they never change.
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace inkwell::ingest {

enum class ChangeKind { kCreate, kUpdate, kDelete };

// Thread-safe and lock-free but for AcksSent, which takes a mutex for a moment: call that
// once for a group of changes.
class IngestMetrics final : public prometheus::Collectable {
 public:
  IngestMetrics();

  // Changes were acknowledged.
  void Accepted(ChangeKind kind, std::int64_t count);
  // A change was refused, or its caller told that it may or may not come. Counted by the
  // status' ErrorInfo reason if that is one of those that ingest gives out, else as OTHER:
  // so the label's values are bounded.
  void Refused(const absl::Status& status, std::int64_t count = 1);
  // `count` changes of one group were acknowledged, the oldest `waited` after it came in.
  void AcksSent(std::chrono::nanoseconds waited, std::int64_t count);

  // A push was answered that appended `entries`; those pushed again are counted besides.
  void Pushed(std::int64_t entries);
  void Repushed(std::int64_t entries);
  // What waits to be pushed.
  void QueueBytes(std::int64_t bytes);

  // What the retained window takes, and accepted changes that fell out of it before Postgres
  // was known to have them.
  void WindowBytes(std::int64_t bytes);
  void WindowDropped(std::int64_t changes);

  void SetReachable(bool reachable);
  // Whether Redis' maxmemory-policy is noeviction, as it must be.
  void SetNoEviction(bool noeviction);
  // Redis came back without some of what it had; the window was pushed again.
  void HistoryLost();

  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  // Reasons of this service's errors; all others count as the last one.
  static constexpr std::array<std::string_view, 13> kReasons = {
      "INVALID_FIELDS", "DURABILITY_NOT_AVAILABLE", "QUEUE_FULL",
      "BACKLOG_FULL",   "REDIS_OUT_OF_MEMORY",      "REDIS_UNAVAILABLE",
      "REPARTITIONING", "DURABILITY_NOT_REACHED",   "NOT_YET_PERSISTED",
      "HISTORY_LOST",   "DEADLINE_EXCEEDED",        "SHUTTING_DOWN",
      "OTHER"};

  prometheus::Registry registry_;
  std::array<prometheus::Counter*, 3> accepted_{};  // by ChangeKind
  std::array<prometheus::Counter*, kReasons.size()> refused_{};
  prometheus::Histogram& ack_latency_;
  prometheus::Counter& pushes_;
  prometheus::Counter& pushed_entries_;
  prometheus::Counter& repushed_entries_;
  prometheus::Gauge& queue_bytes_;
  prometheus::Gauge& window_bytes_;
  prometheus::Counter& window_dropped_;
  prometheus::Gauge& reachable_;
  prometheus::Gauge& noeviction_;
  prometheus::Counter& history_losses_;
};

}  // namespace inkwell::ingest
