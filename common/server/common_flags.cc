#include "common/server/common_flags.h"

#include "absl/flags/flag.h"

namespace {
using StreamCount = inkwell::IntIn<1, 1'000'000>;
using ConnectionAge = inkwell::DurationIn<0, 86'400'000>;
using ReloadInterval = inkwell::DurationIn<1'000, 3'600'000>;
}  // namespace

ABSL_FLAG(
    inkwell::redis::Url, redis, inkwell::redis::Url{},
    "The queue's Redis: redis://[[user]:password@]host[:port][/db], or "
    "redis+sentinel://[[user]:password@]host[:port],host[:port],…/master[/db] for the master "
    "that these sentinels name, or redis+cluster://[[user]:password@]host[:port],… for a cluster "
    "with these nodes; with rediss for redis in any of them, by TLS");
ABSL_FLAG(std::string, redis_file, "", "Read --redis from this file, since it may hold a password");
ABSL_FLAG(
    std::string, redis_tls_ca, "",
    "With rediss://, take only a Redis with a certificate of one of the CAs in this PEM file; "
    "empty: of the system's");
ABSL_FLAG(std::string, redis_tls_cert, "",
          "With rediss://, show Redis the certificate in this PEM file, followed by those that "
          "lead to its CA");
ABSL_FLAG(std::string, redis_tls_key, "", "The PEM file with the private key of --redis_tls_cert");
ABSL_FLAG(inkwell::Namespace, namespace, inkwell::Namespace{"comments"},
          "Prefix of the keys in Redis; services of one namespace work together");
ABSL_FLAG(
    inkwell::PartitionCount, partitions, inkwell::PartitionCount{16},
    "Lists that changes are spread over, 1 to 4096; the same for all services of a "
    "namespace. The first one that starts decides; \"inkwell-flusher repartition\" changes it");
ABSL_FLAG(inkwell::LogFormat, log_format, inkwell::LogFormat::kText,
          "json (one object a line) or text");
ABSL_FLAG(inkwell::LogLevel, log_level, inkwell::LogLevel{"info"},
          "trace, debug, info, warning, error, critical or off");
ABSL_FLAG(inkwell::DrainTimeout, drain_timeout,
          inkwell::DrainTimeout{std::chrono::milliseconds(10'000)},
          "After SIGTERM, how long work under way may take, 0 to 1h");
ABSL_FLAG(inkwell::ByteSize, max_message_bytes, inkwell::ByteSize{4 << 20},
          "Largest gRPC message taken; a larger one is RESOURCE_EXHAUSTED");
ABSL_FLAG(inkwell::ByteSize, max_connection_bytes, inkwell::ByteSize{256 << 20},
          "What may lie in gRPC's memory of all connections' messages before they are whole; "
          "beyond it calls and connections are ended");
ABSL_FLAG(StreamCount, max_concurrent_streams, StreamCount{1024},
          "Calls under way on one connection, 1 to 1000000; more wait in the client");
ABSL_FLAG(ConnectionAge, max_connection_age, ConnectionAge{std::chrono::milliseconds(0)},
          "When a connection takes no new calls, so that its client makes another and finds new "
          "servers, up to 24h; calls under way go on; 0: never");
ABSL_FLAG(std::string, tls_cert, "",
          "Serve gRPC by TLS with the certificate in this PEM file, followed by those that lead "
          "to its CA");
ABSL_FLAG(std::string, tls_key, "", "The PEM file with the private key of --tls_cert");
ABSL_FLAG(std::string, tls_client_ca, "",
          "Take connections only from clients with a certificate of one of the CAs in this PEM "
          "file");
ABSL_FLAG(std::string, auth_tokens_file, "",
          "Take only calls with a bearer token that this file lists, by lines of NAME SHA256HEX "
          "ROLE; the role is writer for CommentService, operator for FlusherService");
ABSL_FLAG(ReloadInterval, reload_interval, ReloadInterval{std::chrono::milliseconds(10'000)},
          "How often certificates and tokens are read again from their files, 1s to 1h");
ABSL_FLAG(std::string, port_file, "",
          "Write the gRPC port to this file once it is open, for scripts that --listen on port 0");
ABSL_FLAG(std::string, http_port_file, "",
          "Write the HTTP port to this file once it is open, for scripts that --http_listen on "
          "port 0");

namespace inkwell {

queue::QueueOptions QueueOptionsFromFlags() {
  queue::QueueOptions options;
  options.url = absl::GetFlag(FLAGS_redis);
  options.connect.tls = {absl::GetFlag(FLAGS_redis_tls_ca), absl::GetFlag(FLAGS_redis_tls_cert),
                         absl::GetFlag(FLAGS_redis_tls_key)};
  options.name_space = absl::GetFlag(FLAGS_namespace).name;
  options.partitions = static_cast<int>(absl::GetFlag(FLAGS_partitions).value);
  return options;
}

GrpcLimits GrpcLimitsFromFlags() {
  GrpcLimits limits;
  limits.max_message_bytes = absl::GetFlag(FLAGS_max_message_bytes).bytes;
  limits.max_connection_bytes = absl::GetFlag(FLAGS_max_connection_bytes).bytes;
  limits.max_concurrent_streams =
      static_cast<int>(absl::GetFlag(FLAGS_max_concurrent_streams).value);
  limits.max_connection_age = absl::GetFlag(FLAGS_max_connection_age).value;
  return limits;
}

TlsFiles TlsFilesFromFlags() {
  TlsFiles files;
  files.cert = absl::GetFlag(FLAGS_tls_cert);
  files.key = absl::GetFlag(FLAGS_tls_key);
  files.client_ca = absl::GetFlag(FLAGS_tls_client_ca);
  files.reload_interval = absl::GetFlag(FLAGS_reload_interval).value;
  return files;
}

AuthOptions AuthOptionsFromFlags() {
  return {absl::GetFlag(FLAGS_auth_tokens_file), absl::GetFlag(FLAGS_reload_interval).value};
}

void InitLogFromFlags(std::string_view service) {
  InitLog(absl::GetFlag(FLAGS_log_format), absl::GetFlag(FLAGS_log_level).name, service);
}

}  // namespace inkwell
