#include "common/queue/connect.h"

#include <fmt/core.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/errors.h"
#include "common/queue/epoch.h"
#include "common/queue/keys.h"

namespace inkwell::queue {
namespace {

// Both ends do the following at every connect, so a Redis that came back empty is given
// its layout and its epochs again. By HSETNX, so whoever comes first decides. Only what is
// missing is written: a Redis out of memory refuses writes, and a flusher that can't
// connect would never drain it.

absl::Status StoreLayout(redis::Connection& connection, const std::string& key,
                         const Layout& layout) {
  if (layout.lists > layout.partitions) {
    // First, so that whoever sees the count sees this too.
    const auto lists = connection.Call({"HSETNX", key, kListsField, std::to_string(layout.lists)});
    if (!lists.ok()) return lists.status();
  }
  return connection.Call({"HSETNX", key, kPartitionsField, std::to_string(layout.partitions)})
      .status();
}

absl::Status PartitionsDiffer(const QueueOptions& options, const Layout& stored) {
  return Error(
      absl::StatusCode::kFailedPrecondition, "PARTITIONS_DIFFER",
      fmt::format("--partitions={0}, but {1} in Redis ({2}) says {3}; start with --partitions={3}, "
                  "use another --namespace, or change the number of partitions by "
                  "\"inkwell-flusher repartition --to {0}\"",
                  options.partitions, ConfigKey(options.name_space), options.url.ToText(),
                  stored.partitions));
}

absl::StatusOr<Layout> AgreeOnLayout(redis::Connection& connection, const QueueOptions& options) {
  const std::string key = ConfigKey(options.name_space);
  const auto known = options.known_layout->Get();
  auto stored = ReadLayout(connection, key);
  if (stored.ok() && !stored->has_value()) {
    auto status = StoreLayout(connection, key,
                              known.value_or(Layout{options.partitions, options.partitions, {}}));
    if (!status.ok()) return status;
    stored = ReadLayout(connection, key);
  }
  if (!stored.ok()) return stored.status();
  if (!stored->has_value()) return absl::UnavailableError("Redis has just lost its data again");
  const Layout layout = **stored;
  // Whoever is started while the count is being changed may have either of the two.
  if (!known && layout.partitions != options.partitions &&
      layout.repartition_to != options.partitions) {
    return PartitionsDiffer(options, layout);
  }
  return options.known_layout->Learn(layout);
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
absl::Status EnsureEpochs(redis::Connection& connection, std::string_view name_space, int lists) {
  const auto keys = MakePartitionKeys(name_space, lists);
  for (const auto& partition : keys) connection.Append({"HEXISTS", partition.meta, kEpochField});
  const auto exist = ReadIntegers(connection, keys.size());
  if (!exist.ok()) return exist.status();
  std::size_t missing = 0;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if ((*exist)[i] == 1) continue;
    ++missing;
    connection.Append({"HSETNX", keys[i].meta, kEpochField, NewEpoch()});
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

absl::StatusOr<QueueConnection> ConnectToQueue(const QueueOptions& options) {
  auto connection = redis::Connection::Connect(options.url, options.connect);
  if (!connection.ok()) return connection.status();
  const auto layout = AgreeOnLayout(*connection, options);
  if (!layout.ok()) return layout.status();
  auto status = EnsureEpochs(*connection, options.name_space, layout->lists);
  if (!status.ok()) return status;
  return QueueConnection{*std::move(connection), *layout};
}

}  // namespace inkwell::queue
