#include "common/queue/redis_drain_queue.h"

#include <algorithm>
#include <string>

namespace inkwell::queue {
namespace {

// Runs within Redis as one step, also in its append-only file. Redis dying before
// it answers leaves the entries either all there (they are peeked again, and
// writing them again changes nothing) or all trimmed.
constexpr std::string_view kCompareAndTrim = R"lua(
local last = redis.call('LINDEX', KEYS[1], ARGV[1] - 1)
if last ~= ARGV[2] then return 0 end
redis.call('LTRIM', KEYS[1], ARGV[1], -1)
redis.call('HINCRBY', KEYS[2], 'head', ARGV[1])
return 1
)lua";

// A chunk is about this large, judged by the entries before it, so that neither a
// reply nor what Redis buffers for it grows with the batch.
constexpr std::int64_t kChunkBytes = 512 << 10;
constexpr std::int64_t kFirstChunkRows = 64;

std::int64_t NextChunkRows(std::int64_t rows, std::int64_t bytes, const PeekLimits& limits) {
  if (rows == 0) return std::min(kFirstChunkRows, limits.rows);
  const std::int64_t row_bytes = std::max<std::int64_t>(1, bytes / rows);
  const std::int64_t within_bytes = std::max<std::int64_t>(1, (limits.bytes - bytes) / row_bytes);
  return std::min(
      {limits.rows - rows, within_bytes, std::max<std::int64_t>(1, kChunkBytes / row_bytes)});
}

}  // namespace

RedisDrainQueue::RedisDrainQueue(const QueueOptions& options)
    : options_(options), keys_(MakePartitionKeys(options.name_space, options.partitions)) {}

absl::Status RedisDrainQueue::Connect() {
  if (connection_) return absl::OkStatus();
  auto connection = ConnectToQueue(options_);
  if (!connection.ok()) return connection.status();
  connection_.emplace(*std::move(connection));
  return absl::OkStatus();
}

absl::Status RedisDrainQueue::Disconnect(absl::Status status) {
  connection_.reset();
  return status;
}

absl::StatusOr<PeekedEntries> RedisDrainQueue::Peek(int partition, const PeekLimits& limits) {
  if (auto status = Connect(); !status.ok()) return status;
  const auto& keys = keys_[static_cast<std::size_t>(partition)];
  PeekedEntries peeked;
  auto& entries = peeked.entries;
  std::int64_t bytes = 0;
  while (true) {
    // Each further chunk begins with the last entry of the one before. Were another
    // flusher to trim between the two, the entry there would be another one, and
    // the batch ends: else it had a hole that compare-and-trim can't see.
    const auto rows = static_cast<std::int64_t>(entries.size());
    const std::int64_t overlap = rows == 0 ? 0 : 1;
    const std::int64_t wanted = NextChunkRows(rows, bytes, limits);
    auto reply = connection_->Call({"LRANGE", keys.changes, std::to_string(rows - overlap),
                                    std::to_string(rows + wanted - 1)});
    if (!reply.ok()) return Disconnect(reply.status());
    const auto chunk = std::make_shared<const redis::OwnedReply>(*std::move(reply));
    const redis::Reply array = **chunk;
    if (overlap == 1 && (array.Size() == 0 || array[0].Text() != entries.back())) break;
    for (auto i = static_cast<std::size_t>(overlap); i < array.Size(); ++i) {
      // The first entry is taken whatever its size, or it would block the rest.
      const std::string_view entry = array[i].Text();
      const auto grown = bytes + static_cast<std::int64_t>(entry.size());
      if (!entries.empty() && grown > limits.bytes) break;
      bytes = grown;
      entries.push_back(entry);
    }
    peeked.storage.push_back(chunk);
    const auto taken = static_cast<std::int64_t>(entries.size());
    if (taken < rows + wanted || taken >= limits.rows || bytes >= limits.bytes) break;
  }
  return peeked;
}

absl::StatusOr<bool> RedisDrainQueue::CompareAndTrim(int partition, std::int64_t count,
                                                     std::string_view last) {
  if (auto status = Connect(); !status.ok()) return status;
  const auto& keys = keys_[static_cast<std::size_t>(partition)];
  const auto reply = connection_->Call(
      {"EVAL", kCompareAndTrim, "2", keys.changes, keys.meta, std::to_string(count), last});
  if (!reply.ok()) return Disconnect(reply.status());
  return (**reply).Integer() == 1;
}

absl::StatusOr<std::vector<Backlog>> RedisDrainQueue::ReadBacklogs() {
  if (auto status = Connect(); !status.ok()) return status;
  for (const auto& keys : keys_) {
    connection_->Append({"LLEN", keys.changes});
    connection_->Append({"LINDEX", keys.changes, "0"});
  }
  std::vector<Backlog> backlogs;
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    const auto length = connection_->Read();
    if (!length.ok()) return Disconnect(length.status());
    const auto oldest = connection_->Read();
    if (!oldest.ok()) return Disconnect(oldest.status());
    if (auto status = (**length).ToStatus(); !status.ok()) return Disconnect(status);
    auto& backlog = backlogs.emplace_back();
    backlog.pending = (**length).Integer();
    if (!(**oldest).IsNil()) backlog.oldest = std::string((**oldest).Text());
  }
  return backlogs;
}

}  // namespace inkwell::queue
