// The flusher's flags beside the common ones, as the options of its parts.
#pragma once

#include <chrono>
#include <optional>
#include <utility>

#include "common/base/backoff.h"
#include "common/queue/connect.h"
#include "common/queue/drain_queue.h"
#include "common/server/grpc_server.h"
#include "common/server/http_server.h"
#include "common/server/tracing_flags.h"
#include "services/flusher/backlog/backlog_watch.h"
#include "services/flusher/flush/batch_writer.h"
#include "services/flusher/schedule/schedule.h"
#include "services/flusher/store/postgres_store.h"

namespace inkwell::flusher {

struct Settings {
  explicit Settings(Schedule when) : schedule(std::move(when)) {}

  GrpcServerOptions server;
  HttpServerOptions http;
  TracingOptions tracing;
  queue::QueueOptions queue;
  PostgresStore::Options store;
  queue::PeekLimits batch;
  Folding folding = Folding::kOn;
  int workers = 4;
  Schedule schedule;
  bool flush_at_start = true;
  BacklogWatch::Options watch;
  Backoff::Options backoff;
  bool migrate = true;
  int table_partitions = 0;
  std::chrono::milliseconds drain_timeout{10'000};
  std::optional<int> repartition_to;  // for that command alone
};

// Call after ParseFlags.
[[nodiscard]] Settings SettingsFromFlags();

}  // namespace inkwell::flusher
