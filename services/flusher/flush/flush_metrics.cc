#include "services/flusher/flush/flush_metrics.h"

#include <string>

#include "common/base/errors.h"
#include "services/flusher/store/sqlstate.h"

namespace inkwell::flusher {
namespace {

using prometheus::Counter;
using Seconds = std::chrono::duration<double>;

prometheus::Family<Counter>& Counters(prometheus::Registry& registry, const char* name,
                                      const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

// From a look at empty lists to the backlog of an outage.
const prometheus::Histogram::BucketBoundaries kFlushSeconds = {
    0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300};

}  // namespace

FlushMetrics::FlushMetrics()
    : batches_(Counters(registry_, "inkwell_batches_total",
                        "Batches that this flusher committed to Postgres.")
                   .Add({})),
      batch_failures_(Counters(registry_, "inkwell_batch_failures_total",
                               "Batches that failed on this flusher and were tried again, by "
                               "whose trouble it was.")),
      queue_failures_(batch_failures_.Add({{"cause", "queue"}})),
      database_failures_(batch_failures_.Add({{"cause", "database"}})),
      flushes_(Counters(registry_, "inkwell_flushes_total", "Flushes that this flusher finished.")
                   .Add({})),
      flush_duration_(prometheus::BuildHistogram()
                          .Name("inkwell_flush_duration_seconds")
                          .Help("How long this flusher's flushes took.")
                          .Register(registry_)
                          .Add({}, kFlushSeconds)),
      last_flush_(prometheus::BuildGauge()
                      .Name("inkwell_last_successful_flush_timestamp_seconds")
                      .Help("When this flusher last finished a flush; 0 before the first.")
                      .Register(registry_)
                      .Add({})),
      database_reachable_(prometheus::BuildGauge()
                              .Name("inkwell_postgres_reachable")
                              .Help("Whether Postgres took writes when last asked.")
                              .Register(registry_)
                              .Add({})) {
  auto& changes = Counters(registry_, "inkwell_changes_total",
                           "Changes that this flusher took off the queue, by what became of them.");
  for (std::size_t i = 0; i < kOutcomes.size(); ++i) {
    changes_[i] = &changes.Add({{"outcome", std::string(kOutcomes[i].name)}});
  }
}

void FlushMetrics::BatchDone(const OutcomeCounts& outcomes) {
  batches_.Increment();
  for (std::size_t i = 0; i < kOutcomes.size(); ++i) {
    changes_[i]->Increment(static_cast<double>(outcomes.*kOutcomes[i].count));
  }
}

void FlushMetrics::BatchFailed(const absl::Status& status) {
  (ReasonOf(status) == kDatabaseUnavailable ? database_failures_ : queue_failures_).Increment();
}

void FlushMetrics::DatabaseLooked(bool reachable) { database_reachable_.Set(reachable ? 1 : 0); }

void FlushMetrics::FlushDone(std::chrono::microseconds duration, WallTime end) {
  flushes_.Increment();
  flush_duration_.Observe(Seconds(duration).count());
  last_flush_.Set(Seconds(end.time_since_epoch()).count());
}

std::vector<prometheus::MetricFamily> FlushMetrics::Collect() const { return registry_.Collect(); }

}  // namespace inkwell::flusher
