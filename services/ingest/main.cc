// inkwell-ingest: takes comments by gRPC, puts them on Redis lists and acknowledges.

#include <spdlog/spdlog.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <thread>

#include "common/base/clock.h"
#include "common/base/signals.h"
#include "common/queue/redis_push_queue.h"
#include "common/server/caller_check.h"
#include "common/server/common_flags.h"
#include "common/server/flags.h"
#include "common/server/grpc_metrics.h"
#include "common/server/grpc_server.h"
#include "common/server/http_server.h"
#include "common/server/otlp_tracing.h"
#include "common/server/pages.h"
#include "common/server/process_metrics.h"
#include "common/server/readiness.h"
#include "common/server/tls_watch.h"
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
  if (auto status = queue::CheckOptions(settings.queue); !status.ok()) return Fail(status);
  const auto callers = CallerCheck::Create(settings.server.auth, Role::kWriter);
  if (!callers.ok()) return Fail(callers.status());
  std::atomic<bool> failed = false;

  const auto tracer = MakeTracer(settings.tracing, "inkwell-ingest");
  IngestMetrics metrics;
  GrpcMetrics calls(*v1::CreateCommentRequest::descriptor()->file()->service(0));
  const ProcessMetrics process;
  TlsWatch tls;
  constexpr std::size_t kRedis = 0;
  const absl::Status no_redis = absl::UnavailableError("Redis is not reachable");
  Readiness readiness({no_redis});
  auto http =
      HttpServer::Start(settings.http, {MetricsPage({&metrics, &calls, &process, &tls}), LivePage(),
                                        ReadyPage([&readiness] { return readiness.status(); })});
  if (!http.ok()) return Fail(http.status());

  PushWriter writer(
      settings.writer, std::make_unique<queue::RedisPushQueue>(settings.queue), metrics,
      [&](bool reachable) {
        metrics.SetReachable(reachable);
        readiness.Set(kRedis, reachable ? absl::OkStatus() : no_redis);
      },
      [&failed](const absl::Status& status) {
        if (!failed.exchange(true)) Fail(status);
        RequestTermination();
      });
  const SystemClock clock;
  CommentService service(
      {writer, clock, metrics, settings.limits, settings.durability, tracer.get()}, *callers,
      calls);

  GrpcServerOptions options = settings.server;
  options.before_wait = [&writer] { writer.PushGathered(); };
  auto server = GrpcServer::Start(options, {{"inkwell.v1.CommentService", nullptr, &service}});
  if (!server.ok()) return Fail(server.status());
  tls.Start(settings.server.tls);
  readiness.Tell([&server](bool ready) { (*server)->SetServing(ready); });
  writer.Start();

  const int signal = AwaitTermination();
  spdlog::info("signal {}: finishing calls under way", signal);
  readiness.ShutDown();
  service.StopStreams();
  std::this_thread::sleep_for(settings.shutdown_delay);
  // Calls under way wait for the writer, so it goes on until they are done.
  (*server)->Shutdown(settings.drain_timeout);
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
