// inkwell-flusher: drains the Redis lists on a schedule and writes whole batches to
// Postgres.

#include <spdlog/spdlog.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "common/base/clock.h"
#include "common/base/signals.h"
#include "common/queue/redis_drain_queue.h"
#include "common/server/common_flags.h"
#include "common/server/flags.h"
#include "common/server/grpc_server.h"
#include "services/flusher/api/flusher_service.h"
#include "services/flusher/backlog/backlog_watch.h"
#include "services/flusher/flush/flush_loop.h"
#include "services/flusher/prepare_schema.h"
#include "services/flusher/settings.h"

namespace inkwell::flusher {
namespace {

constexpr const char* kUsage =
    "Drains the Redis lists that inkwell-ingest fills and writes whole batches to Postgres.\n"
    "\n"
    "  inkwell-flusher [flags]          flush by the schedule, until SIGTERM\n"
    "  inkwell-flusher migrate [flags]  bring the schema up to date and exit\n"
    "\n"
    "Every flag is also an environment variable: --log_level is INKWELL_LOG_LEVEL.";

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

int Fail(const absl::Status& status) {
  spdlog::critical("{}", std::string(status.message()));
  return EXIT_FAILURE;
}

int Serve(const Settings& settings) {
  const SystemClock clock;
  std::atomic<bool> failed = false;
  auto workers = MakeWorkers(settings);
  if (!workers.ok()) return Fail(workers.status());

  // Whoever of the two notices first.
  const auto on_fatal = [&failed](const absl::Status& status) {
    if (!failed.exchange(true)) Fail(status);
    RequestTermination();
  };
  FlushLoop loop(settings.schedule,
                 std::make_unique<FlushRun>(*std::move(workers), settings.batch, settings.backoff,
                                            clock, settings.folding),
                 clock, on_fatal);
  BacklogWatch watch(
      settings.watch, std::make_unique<queue::RedisDrainQueue>(settings.queue), clock,
      [&loop] { loop.RequestFlush({}); }, on_fatal);
  FlusherService service(loop, watch);
  auto server = GrpcServer::Start(settings.server, {{"inkwell.v1.FlusherService", &service}});
  if (!server.ok()) return Fail(server.status());

  watch.Start();
  // On a thread of its own, since the database may be away for as long as it likes.
  std::jthread starter([&](const std::stop_token& stop) {
    if (settings.migrate && !MigrateUntilDone(settings.store.connection, settings.backoff, stop)) {
      return;
    }
    loop.Start(settings.flush_at_start);
    (*server)->SetServing(true);
  });

  const int signal = AwaitTermination();
  spdlog::info("signal {}: flushing what --drain_timeout allows", signal);
  (*server)->SetServing(false);
  starter.request_stop();
  starter.join();
  loop.Stop(settings.drain_timeout);
  watch.Stop();
  (*server)->Shutdown(settings.drain_timeout);
  spdlog::info("done");
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

}  // namespace
}  // namespace inkwell::flusher

int main(int argc, char** argv) {
  inkwell::BlockTerminationSignals();
  const auto words = inkwell::ParseFlags(argc, argv, inkwell::flusher::kUsage);
  const bool migrate_only = words == std::vector<std::string>{"migrate"};
  if (!words.empty() && !migrate_only) {
    std::fprintf(
        stderr, "ERROR: unexpected argument '%s'; expected \"migrate\" or flags only, see --help\n",
        words.front().c_str());
    return EXIT_FAILURE;
  }
  inkwell::InitLogFromFlags("inkwell-flusher");
  inkwell::LogFlags();
  const auto settings = inkwell::flusher::SettingsFromFlags();
  if (!migrate_only) return inkwell::flusher::Serve(settings);
  const absl::Status status = inkwell::flusher::MigrateOnce(settings.store.connection);
  return status.ok() ? EXIT_SUCCESS : inkwell::flusher::Fail(status);
}
