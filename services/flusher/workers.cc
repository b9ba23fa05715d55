#include "services/flusher/workers.h"

#include <memory>
#include <utility>

#include "common/queue/redis_drain_queue.h"

namespace inkwell::flusher {

absl::StatusOr<std::vector<Worker>> MakeWorkers(const Settings& settings) {
  std::vector<Worker> workers;
  for (int i = 0; i < settings.workers; ++i) {
    auto store = PostgresStore::Create(settings.store);
    if (!store.ok()) return store.status();
    workers.push_back(
        {std::make_unique<queue::RedisDrainQueue>(settings.queue), *std::move(store)});
  }
  return workers;
}

}  // namespace inkwell::flusher
