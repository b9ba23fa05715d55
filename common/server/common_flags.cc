#include "common/server/common_flags.h"

#include "absl/flags/flag.h"

ABSL_FLAG(inkwell::redis::Url, redis, inkwell::redis::Url{},
          "The queue's Redis: redis://[[user]:password@]host[:port][/db]");
ABSL_FLAG(std::string, redis_file, "", "Read --redis from this file, since it may hold a password");
ABSL_FLAG(inkwell::Namespace, namespace, inkwell::Namespace{"comments"},
          "Prefix of the keys in Redis; services of one namespace work together");
ABSL_FLAG(inkwell::PartitionCount, partitions, inkwell::PartitionCount{16},
          "Lists that changes are spread over, 1 to 4096; the same for all services of a "
          "namespace, fixed by the first one that starts");
ABSL_FLAG(inkwell::LogFormat, log_format, inkwell::LogFormat::kText,
          "json (one object a line) or text");
ABSL_FLAG(inkwell::LogLevel, log_level, inkwell::LogLevel{"info"},
          "trace, debug, info, warning, error, critical or off");
ABSL_FLAG(inkwell::DrainTimeout, drain_timeout,
          inkwell::DrainTimeout{std::chrono::milliseconds(10'000)},
          "After SIGTERM, how long work under way may take, 0 to 1h");
ABSL_FLAG(inkwell::ByteSize, max_message_bytes, inkwell::ByteSize{4 << 20},
          "Largest gRPC message taken; a larger one is RESOURCE_EXHAUSTED");
ABSL_FLAG(std::string, port_file, "",
          "Write the gRPC port to this file once it is open, for scripts that --listen on port 0");
ABSL_FLAG(std::string, http_port_file, "",
          "Write the HTTP port to this file once it is open, for scripts that --http_listen on "
          "port 0");

namespace inkwell {

queue::QueueOptions QueueOptionsFromFlags() {
  queue::QueueOptions options;
  options.url = absl::GetFlag(FLAGS_redis);
  options.name_space = absl::GetFlag(FLAGS_namespace).name;
  options.partitions = static_cast<int>(absl::GetFlag(FLAGS_partitions).value);
  return options;
}

void InitLogFromFlags(std::string_view service) {
  InitLog(absl::GetFlag(FLAGS_log_format), absl::GetFlag(FLAGS_log_level).name, service);
}

}  // namespace inkwell
