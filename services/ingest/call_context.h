// What every call of CommentService needs, whichever way it comes in. Without gRPC.
#pragma once

#include "absl/status/statusor.h"
#include "common/base/clock.h"
#include "common/server/tracing.h"
#include "services/ingest/ingest_metrics.h"
#include "services/ingest/push_writer.h"
#include "services/ingest/validate.h"

namespace inkwell::ingest {

// All of it outlives the server.
struct CallContext {
  PushWriter& writer;
  const Clock& clock;
  IngestMetrics& metrics;
  Limits limits;
  Durability default_durability = Durability::kEnqueued;
  Tracer* tracer = nullptr;  // null: nothing is exported
};

// What was asked for, if this server can give it; else why not.
[[nodiscard]] absl::StatusOr<Durability> AvailableDurability(const CallContext& context,
                                                             v1::Durability wanted);

}  // namespace inkwell::ingest
