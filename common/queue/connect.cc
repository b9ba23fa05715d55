#include "common/queue/connect.h"

#include <fmt/core.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/base/errors.h"
#include "common/base/random.h"
#include "common/queue/keys.h"

namespace inkwell::queue {
namespace {

// Both ends do the following at every connect, so a Redis that came back empty is given
// its count and its epochs again. By HSETNX, so whoever comes first decides. Only what is
// missing is written: a Redis out of memory refuses writes, and a flusher that can't
// connect would never drain it.

absl::Status AgreeOnPartitions(redis::Connection& connection, const QueueOptions& options) {
  const std::string key = ConfigKey(options.name_space);
  const std::string ours = std::to_string(options.partitions);
  auto stored = connection.Call({"HGET", key, kPartitionsField});
  if (stored.ok() && (**stored).IsNil()) {
    const auto set = connection.Call({"HSETNX", key, kPartitionsField, ours});
    if (!set.ok()) return set.status();
    stored = connection.Call({"HGET", key, kPartitionsField});
  }
  if (!stored.ok()) return stored.status();
  if ((**stored).Text() == ours) return absl::OkStatus();
  return Error(absl::StatusCode::kFailedPrecondition, "PARTITIONS_DIFFER",
               fmt::format("--partitions={0}, but {1} in Redis ({2}) says {3}; start with "
                           "--partitions={3}, or use another --namespace",
                           ours, key, options.url.ToText(), (**stored).Text()));
}

// Reads `count` replies to the commands that were appended, and returns their numbers.
absl::StatusOr<std::vector<std::int64_t>> ReadIntegers(redis::Connection& connection,
                                                       std::size_t count) {
  std::vector<std::int64_t> integers;
  for (std::size_t i = 0; i < count; ++i) {
    const auto reply = connection.Read();
    if (!reply.ok()) return reply.status();
    if (auto status = (**reply).ToStatus(); !status.ok()) return status;
    integers.push_back((**reply).Integer());
  }
  return integers;
}

// An epoch names one life of a partition's counters: when Redis loses its data,
// the next one differs, and positions of the old life mean nothing any more.
// Written as a decimal number; never 0, which stands for "none".
absl::Status EnsureEpochs(redis::Connection& connection, const QueueOptions& options) {
  const auto keys = MakePartitionKeys(options.name_space, options.partitions);
  for (const auto& partition : keys) connection.Append({"HEXISTS", partition.meta, kEpochField});
  const auto exist = ReadIntegers(connection, keys.size());
  if (!exist.ok()) return exist.status();
  std::size_t missing = 0;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if ((*exist)[i] == 1) continue;
    ++missing;
    connection.Append({"HSETNX", keys[i].meta, kEpochField, std::to_string(Random64() >> 1 | 1)});
  }
  return ReadIntegers(connection, missing).status();
}

}  // namespace

absl::Status CheckOptions(const QueueOptions& options) {
  const redis::TlsFiles& files = options.connect.tls;
  if (options.url.tls) return redis::CheckTlsFiles(files);
  if (files.ca.empty() && files.cert.empty() && files.key.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(fmt::format(
      "--redis={} is without TLS, so --redis_tls_ca, --redis_tls_cert and --redis_tls_key would "
      "protect nothing; use rediss://",
      options.url.ToText()));
}

absl::StatusOr<redis::Connection> ConnectToQueue(const QueueOptions& options) {
  auto connection = redis::Connection::Connect(options.url, options.connect);
  if (!connection.ok()) return connection;
  if (auto status = AgreeOnPartitions(*connection, options); !status.ok()) return status;
  if (auto status = EnsureEpochs(*connection, options); !status.ok()) return status;
  return connection;
}

}  // namespace inkwell::queue
