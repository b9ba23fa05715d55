// inkwell-ingest: takes comments by gRPC, puts them on Redis lists and acknowledges.

#include <spdlog/spdlog.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "common/base/clock.h"
#include "common/base/signals.h"
#include "common/queue/redis_push_queue.h"
#include "common/server/common_flags.h"
#include "common/server/flags.h"
#include "common/server/grpc_server.h"
#include "common/server/http_server.h"
#include "common/server/otlp_tracing.h"
#include "common/server/pages.h"
#include "services/ingest/comment_service.h"
#include "services/ingest/ingest_metrics.h"
#include "services/ingest/push_writer.h"
#include "services/ingest/settings.h"

namespace inkwell::ingest {
namespace {

constexpr const char* kUsage =
    "Takes comments by gRPC (inkwell.v1.CommentService), puts them on Redis lists and\n"
    "acknowledges at once. Every flag is also an environment variable: --log_level is\n"
    "INKWELL_LOG_LEVEL.";

int Fail(const absl::Status& status) {
  spdlog::critical("{}", std::string(status.message()));
  return EXIT_FAILURE;
}

int Run() {
  const Settings settings = SettingsFromFlags();
  std::atomic<bool> failed = false;

  const auto tracer = MakeTracer(settings.tracing, "inkwell-ingest");
  IngestMetrics metrics;
  std::atomic<bool> ready = false;
  auto http = HttpServer::Start(settings.http,
                                {MetricsPage({&metrics}), LivePage(), ReadyPage([&ready] {
                                   return ready ? absl::OkStatus()
                                                : absl::UnavailableError("Redis is not reachable");
                                 })});
  if (!http.ok()) return Fail(http.status());

  // The writer reports to the server, and the server's calls submit to the writer: so
  // the writer exists first, and starts last.
  std::unique_ptr<GrpcServer> server;
  PushWriter writer(
      settings.writer, std::make_unique<queue::RedisPushQueue>(settings.queue), metrics,
      [&](bool reachable) {
        spdlog::info(reachable ? "Redis is reachable" : "Redis is not reachable");
        metrics.SetReachable(reachable);
        ready = reachable;
        server->SetServing(reachable);
      },
      [&failed](const absl::Status& status) {
        if (!failed.exchange(true)) Fail(status);
        RequestTermination();
      });
  const SystemClock clock;
  CommentService service({writer, clock, metrics, settings.limits, settings.queue.partitions,
                          settings.durability, tracer.get()});

  auto started = GrpcServer::Start(settings.server, {{"inkwell.v1.CommentService", &service}});
  if (!started.ok()) return Fail(started.status());
  server = *std::move(started);
  writer.Start();

  const int signal = AwaitTermination();
  spdlog::info("signal {}: finishing calls under way", signal);
  // Calls under way wait for the writer, so it goes on until they are done.
  service.StopStreams();
  server->Shutdown(settings.drain_timeout);
  writer.Stop(settings.drain_timeout);
  spdlog::info("done");
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

}  // namespace
}  // namespace inkwell::ingest

int main(int argc, char** argv) {
  inkwell::BlockTerminationSignals();
  const auto words = inkwell::ParseFlags(argc, argv, inkwell::ingest::kUsage);
  if (!words.empty()) {
    std::fprintf(stderr, "ERROR: unexpected argument '%s'; expected flags only, see --help\n",
                 words.front().c_str());
    return EXIT_FAILURE;
  }
  inkwell::InitLogFromFlags("inkwell-ingest");
  inkwell::LogFlags();
  return inkwell::ingest::Run();
}
