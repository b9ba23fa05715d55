// inkwell-flusher: drains the Redis lists on a schedule and writes whole batches to
// Postgres.

#include <spdlog/spdlog.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "common/base/signals.h"
#include "common/server/common_flags.h"
#include "common/server/flags.h"
#include "services/flusher/flusher.h"
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

int Fail(const absl::Status& status) {
  spdlog::critical("{}", std::string(status.message()));
  return EXIT_FAILURE;
}

int Serve(const Settings& settings) {
  std::atomic<bool> failed = false;
  const auto flusher = Flusher::Start(settings, [&failed](const absl::Status& status) {
    // Several parts may notice; the first says so.
    if (!failed.exchange(true)) Fail(status);
    RequestTermination();
  });
  if (!flusher.ok()) return Fail(flusher.status());
  const int signal = AwaitTermination();
  spdlog::info("signal {}: flushing what --drain_timeout allows", signal);
  (*flusher)->Stop();
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
  const absl::Status status =
      inkwell::flusher::MigrateOnce(settings.store.connection, settings.table_partitions);
  return status.ok() ? EXIT_SUCCESS : inkwell::flusher::Fail(status);
}
