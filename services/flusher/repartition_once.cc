#include "services/flusher/repartition_once.h"

#include <stop_token>
#include <thread>
#include <utility>

#include "common/base/clock.h"
#include "common/base/errors.h"
#include "common/base/signals.h"
#include "common/queue/layout_change.h"
#include "common/queue/redis_drain_queue.h"
#include "services/flusher/flush/flush_metrics.h"
#include "services/flusher/repartition/repartition.h"
#include "services/flusher/workers.h"

namespace inkwell::flusher {
namespace {

// That it takes writes, and has our tables.
absl::Status CheckDatabase(const PostgresStore::Options& options) {
  const auto store = PostgresStore::Create(options);
  if (!store.ok()) return store.status();
  const absl::Status status = (*store)->BeginUnlocked().status();
  return status.ok() ? status : Annotate(status, "nothing was changed, since Postgres is needed");
}

absl::Status Run(const Settings& settings, const std::stop_token& stop) {
  if (auto status = queue::CheckOptions(settings.queue); !status.ok()) return status;
  queue::LayoutChange change(settings.queue);
  const auto layout = change.Read();
  if (!layout.ok()) return layout.status();
  // We are here to change it, so --partitions may say what it will.
  settings.queue.known_layout->Learn(*layout);
  if (auto status = CheckDatabase(settings.store); !status.ok()) return status;
  auto workers = MakeWorkers(settings);
  if (!workers.ok()) return workers.status();
  const SystemClock clock;
  FlushMetrics metrics;
  FlushRun flush(*std::move(workers), settings.batch, settings.backoff, clock, metrics,
                 settings.folding);
  queue::RedisDrainQueue eyes(settings.queue);
  return Repartition(change, eyes, flush, settings.backoff).To(*settings.repartition_to, stop);
}

}  // namespace

absl::Status RepartitionOnce(const Settings& settings) {
  std::stop_source stop;
  std::jthread signals([&stop] {
    AwaitTermination();
    stop.request_stop();
  });
  absl::Status status = Run(settings, stop.get_token());
  RequestTermination();  // ends the thread
  return status;
}

}  // namespace inkwell::flusher
