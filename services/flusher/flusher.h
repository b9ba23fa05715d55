// A flusher's parts, and how they are joined.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <stop_token>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/clock.h"
#include "common/queue/redis_drain_queue.h"
#include "common/server/caller_check.h"
#include "common/server/grpc_metrics.h"
#include "common/server/grpc_server.h"
#include "common/server/http_server.h"
#include "common/server/process_metrics.h"
#include "common/server/readiness.h"
#include "common/server/tls_watch.h"
#include "common/server/tracing.h"
#include "services/flusher/api/flusher_service.h"
#include "services/flusher/backlog/backlog_metrics.h"
#include "services/flusher/backlog/backlog_watch.h"
#include "services/flusher/database_watch.h"
#include "services/flusher/flush/flush_loop.h"
#include "services/flusher/flush/flush_metrics.h"
#include "services/flusher/operator/dead_letter_metrics.h"
#include "services/flusher/operator/dead_letter_office.h"
#include "services/flusher/operator/operator_thread.h"
#include "services/flusher/operator/pause_switch.h"
#include "services/flusher/settings.h"

namespace inkwell::flusher {

// Thread-compatible.
class Flusher {
 public:
  // Called, on any thread, if the queue turns out to be configured otherwise.
  using OnFatal = std::function<void(const absl::Status&)>;

  // Listens at once, and flushes as soon as Redis and Postgres let it. An error is one of
  // the settings' (an address that can't be had, …).
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<Flusher>> Start(const Settings& settings,
                                                                      const OnFatal& on_fatal);
  ~Flusher();  // stops

  // Flushes what --drain_timeout allows, finishes calls and joins all threads. May be called
  // twice.
  void Stop();

 private:
  struct Stores {
    std::vector<Worker> workers;
    std::unique_ptr<Store> for_operators;
  };

  Flusher(const Settings& settings, CallerCheck callers, Stores stores, const OnFatal& on_fatal);
  [[nodiscard]] static absl::StatusOr<Stores> MakeStores(const Settings& settings);
  [[nodiscard]] absl::Status Listen();
  void Begin(const std::stop_token& stop);
  void Meet(std::size_t need, bool met);

  const Settings settings_;
  const CallerCheck callers_;
  const SystemClock clock_;
  const std::unique_ptr<Tracer> tracer_;  // null: nothing is exported
  FlushMetrics flush_metrics_;
  BacklogMetrics backlog_metrics_;
  DeadLetterMetrics dead_letter_metrics_;
  GrpcMetrics grpc_metrics_;
  const ProcessMetrics process_metrics_;
  TlsWatch tls_watch_;

  Readiness readiness_;

  FlushLoop loop_;
  BacklogWatch watch_;
  DatabaseWatch database_watch_;

  // Two threads, so that a pause needn't wait for a database that hangs.
  queue::RedisDrainQueue pause_queue_;
  PauseSwitch pause_switch_;
  OperatorThread pause_thread_;
  const std::unique_ptr<Store> dead_letter_store_;
  DeadLetterOffice dead_letters_;
  OperatorThread dead_letter_thread_;

  FlusherService service_;
  std::unique_ptr<GrpcServer> grpc_;
  std::unique_ptr<HttpServer> http_;
  std::jthread starter_;
};

}  // namespace inkwell::flusher
