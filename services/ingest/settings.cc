#include "services/ingest/settings.h"

#include <algorithm>
#include <thread>

#include "absl/flags/flag.h"
#include "common/server/common_flags.h"
#include "services/ingest/flag_types.h"

namespace {
using AckTimeout = inkwell::DurationIn<1, 600'000>;
using PersistTimeout = inkwell::DurationIn<1, 3'600'000>;
using BacklogLength = inkwell::IntIn<1, 1'000'000'000>;
using ShutdownDelay = inkwell::DurationIn<0, 600'000>;
using ReplicaCount = inkwell::IntIn<1, 100>;
using ThreadCount = inkwell::IntIn<0, 64>;
}  // namespace

ABSL_FLAG(inkwell::ListenAddress, listen, (inkwell::ListenAddress{"0.0.0.0", 50051}),
          "Where CommentService listens: host:port; port 0 lets the system choose");
ABSL_FLAG(inkwell::ListenAddress, http_listen, (inkwell::ListenAddress{"0.0.0.0", 9464}),
          "Where /metrics, /livez and /readyz are served: host:port; port 0 lets the system "
          "choose");
ABSL_FLAG(ThreadCount, call_threads, ThreadCount{0},
          "Threads that take and answer calls; 0: half the processors, 1 to 4");
ABSL_FLAG(AckTimeout, ack_timeout, AckTimeout{std::chrono::milliseconds(2000)},
          "How long a call waits for Redis before it is UNAVAILABLE, 1ms to 10m");
ABSL_FLAG(inkwell::ByteSize, max_body_bytes, inkwell::ByteSize{16384}, "Longest body of a comment");
ABSL_FLAG(inkwell::ByteSize, max_queue_bytes, inkwell::ByteSize{64 << 20},
          "Changes that may wait for Redis in this process; beyond it calls are "
          "RESOURCE_EXHAUSTED");

ABSL_FLAG(inkwell::ByteSize, retain_bytes, inkwell::ByteSize{256 << 20},
          "Accepted changes kept in this process until they are in Postgres, to be pushed again "
          "if Redis loses them; beyond it the oldest are in Redis alone");
ABSL_FLAG(BacklogLength, max_backlog, BacklogLength{1'000'000},
          "Changes in one partition's list; from it on calls are RESOURCE_EXHAUSTED");
ABSL_FLAG(inkwell::ingest::Durability, durability, inkwell::ingest::Durability::kEnqueued,
          "What an acknowledgement promises to calls that don't say: enqueued, fsynced, "
          "replicated or persisted");
ABSL_FLAG(ReplicaCount, min_replicas, ReplicaCount{1},
          "Redis replicas that must have a change for DURABILITY_REPLICATED");
ABSL_FLAG(PersistTimeout, persist_timeout, PersistTimeout{std::chrono::milliseconds(60'000)},
          "How long a call with DURABILITY_PERSISTED waits for Postgres, 1ms to 1h");
ABSL_FLAG(ShutdownDelay, shutdown_delay, ShutdownDelay{std::chrono::milliseconds(1000)},
          "After SIGTERM, how long calls are still taken while health says NOT_SERVING, so that "
          "clients go elsewhere before the server closes, 0 to 10m");

namespace inkwell::ingest {
namespace {

int CallThreads() {
  const auto wanted = static_cast<int>(absl::GetFlag(FLAGS_call_threads).value);
  if (wanted > 0) return wanted;
  // The other half is for gRPC's own threads and Redis' answers.
  return std::clamp(static_cast<int>(std::thread::hardware_concurrency()) / 2, 1, 4);
}

}  // namespace

Settings SettingsFromFlags() {
  Settings settings;
  settings.server.listen = absl::GetFlag(FLAGS_listen);
  settings.server.loops = CallThreads();
  settings.server.limits = GrpcLimitsFromFlags();
  settings.server.tls = TlsFilesFromFlags();
  settings.server.auth = AuthOptionsFromFlags();
  settings.server.port_file = absl::GetFlag(FLAGS_port_file);
  settings.http.listen = absl::GetFlag(FLAGS_http_listen);
  settings.http.port_file = absl::GetFlag(FLAGS_http_port_file);
  settings.tracing = TracingOptionsFromFlags();
  settings.queue = QueueOptionsFromFlags();
  settings.writer.partitions = settings.queue.partitions;
  settings.writer.limits.ack_timeout = absl::GetFlag(FLAGS_ack_timeout).value;
  settings.writer.limits.persist_timeout = absl::GetFlag(FLAGS_persist_timeout).value;
  settings.writer.limits.max_queue_bytes = absl::GetFlag(FLAGS_max_queue_bytes).bytes;
  settings.writer.retain_bytes = absl::GetFlag(FLAGS_retain_bytes).bytes;
  settings.writer.max_backlog = absl::GetFlag(FLAGS_max_backlog).value;
  settings.writer.min_replicas = static_cast<int>(absl::GetFlag(FLAGS_min_replicas).value);
  settings.durability = absl::GetFlag(FLAGS_durability);
  settings.limits.max_body_bytes =
      static_cast<std::size_t>(absl::GetFlag(FLAGS_max_body_bytes).bytes);
  settings.shutdown_delay = absl::GetFlag(FLAGS_shutdown_delay).value;
  settings.drain_timeout = absl::GetFlag(FLAGS_drain_timeout).value;
  return settings;
}

}  // namespace inkwell::ingest
