// Ingest's flags beside the common ones, as the options of its parts.
#pragma once

#include <chrono>

#include "common/queue/connect.h"
#include "common/server/grpc_server.h"
#include "common/server/http_server.h"
#include "common/server/tracing_flags.h"
#include "services/ingest/push_writer.h"
#include "services/ingest/validate.h"

namespace inkwell::ingest {

struct Settings {
  GrpcServerOptions server;
  HttpServerOptions http;
  TracingOptions tracing;
  queue::QueueOptions queue;
  PushWriterOptions writer;
  Limits limits;
  Durability durability = Durability::kEnqueued;
  std::chrono::milliseconds shutdown_delay;
  std::chrono::milliseconds drain_timeout;
};

// Call after ParseFlags.
[[nodiscard]] Settings SettingsFromFlags();

}  // namespace inkwell::ingest
