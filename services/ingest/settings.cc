#include "services/ingest/settings.h"

#include "absl/flags/flag.h"
#include "common/server/common_flags.h"

namespace {
using AckTimeout = inkwell::DurationIn<1, 600'000>;
}  // namespace

ABSL_FLAG(inkwell::ListenAddress, listen, (inkwell::ListenAddress{"0.0.0.0", 50051}),
          "Where CommentService listens: host:port; port 0 lets the system choose");
ABSL_FLAG(inkwell::ListenAddress, http_listen, (inkwell::ListenAddress{"0.0.0.0", 9464}),
          "Where /metrics, /livez and /readyz are served: host:port; port 0 lets the system "
          "choose");
ABSL_FLAG(AckTimeout, ack_timeout, AckTimeout{std::chrono::milliseconds(2000)},
          "How long a call waits for Redis before it is UNAVAILABLE, 1ms to 10m");
ABSL_FLAG(inkwell::ByteSize, max_body_bytes, inkwell::ByteSize{16384}, "Longest body of a comment");
ABSL_FLAG(inkwell::ByteSize, max_queue_bytes, inkwell::ByteSize{64 << 20},
          "Changes that may wait for Redis in this process; beyond it calls are "
          "RESOURCE_EXHAUSTED");

namespace inkwell::ingest {

Settings SettingsFromFlags() {
  Settings settings;
  settings.server.listen = absl::GetFlag(FLAGS_listen);
  settings.server.max_message_bytes = absl::GetFlag(FLAGS_max_message_bytes).bytes;
  settings.server.port_file = absl::GetFlag(FLAGS_port_file);
  settings.http.listen = absl::GetFlag(FLAGS_http_listen);
  settings.http.port_file = absl::GetFlag(FLAGS_http_port_file);
  settings.queue = QueueOptionsFromFlags();
  settings.writer.partitions = settings.queue.partitions;
  settings.writer.ack_timeout = absl::GetFlag(FLAGS_ack_timeout).value;
  settings.writer.max_queue_bytes = absl::GetFlag(FLAGS_max_queue_bytes).bytes;
  settings.limits.max_body_bytes =
      static_cast<std::size_t>(absl::GetFlag(FLAGS_max_body_bytes).bytes);
  settings.drain_timeout = absl::GetFlag(FLAGS_drain_timeout).value;
  return settings;
}

}  // namespace inkwell::ingest
