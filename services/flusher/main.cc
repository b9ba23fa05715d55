// inkwell-flusher: drains the Redis lists on a schedule and writes whole batches to
// Postgres.

#include <spdlog/spdlog.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "common/base/signals.h"
#include "common/server/common_flags.h"
#include "common/server/flags.h"
#include "services/flusher/flusher.h"
#include "services/flusher/prepare_schema.h"
#include "services/flusher/repartition_once.h"
#include "services/flusher/settings.h"

namespace inkwell::flusher {
namespace {

constexpr const char* kUsage =
    "Drains the Redis lists that inkwell-ingest fills and writes whole batches to Postgres.\n"
    "\n"
    "  inkwell-flusher [flags]                     flush by the schedule, until SIGTERM\n"
    "  inkwell-flusher migrate [flags]             bring the schema up to date and exit\n"
    "  inkwell-flusher repartition --to=N [flags]  change the number of partitions, while\n"
    "                                              all services run, and exit\n"
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

enum class Command { kServe, kMigrate, kRepartition };

// nullopt: what was said is no command, and stderr has what is wrong.
std::optional<Command> ToCommand(const std::vector<std::string>& words, bool has_target) {
  const std::string word = words.empty() ? "" : words.front();
  const bool repartition = word == "repartition";
  if (words.size() > 1 || !(word.empty() || word == "migrate" || repartition)) {
    std::fprintf(stderr,
                 "ERROR: unexpected argument '%s'; expected \"migrate\", \"repartition\" or flags "
                 "only, see --help\n",
                 words.back().c_str());
    return std::nullopt;
  }
  if (repartition != has_target) {
    std::fprintf(stderr, repartition
                             ? "ERROR: repartition needs --to=N: how many partitions there "
                               "are to be\n"
                             : "ERROR: --to is for \"inkwell-flusher repartition\" alone\n");
    return std::nullopt;
  }
  return repartition ? Command::kRepartition : word.empty() ? Command::kServe : Command::kMigrate;
}

}  // namespace
}  // namespace inkwell::flusher

int main(int argc, char** argv) {
  using inkwell::flusher::Command;
  inkwell::BlockTerminationSignals();
  const auto words = inkwell::ParseFlags(argc, argv, inkwell::flusher::kUsage);
  const auto settings = inkwell::flusher::SettingsFromFlags();
  const auto command = inkwell::flusher::ToCommand(words, settings.repartition_to.has_value());
  if (!command) return EXIT_FAILURE;
  inkwell::InitLogFromFlags("inkwell-flusher");
  inkwell::LogFlags();
  if (*command == Command::kServe) return inkwell::flusher::Serve(settings);
  const absl::Status status =
      *command == Command::kMigrate
          ? inkwell::flusher::MigrateOnce(settings.store.connection, settings.table_partitions)
          : inkwell::flusher::RepartitionOnce(settings);
  return status.ok() ? EXIT_SUCCESS : inkwell::flusher::Fail(status);
}
