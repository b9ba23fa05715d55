#include "common/queue/redis_drain_queue.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

namespace inkwell::queue {
namespace {

// Runs within Redis as one step, also in its append-only file. Redis dying before
// it answers leaves the entries either all there (they are peeked again, and
// writing them again changes nothing) or all trimmed, and in the books.
// LTRIM goes first, since a Redis that is full allows it, and after it the rest.
// ARGV: count, last entry, then a field of the books and its count, as often as needed.
constexpr std::string_view kCompareAndTrim = R"lua(
local last = redis.call('LINDEX', KEYS[1], ARGV[1] - 1)
if last ~= ARGV[2] then return 0 end
redis.call('LTRIM', KEYS[1], ARGV[1], -1)
redis.call('HINCRBY', KEYS[2], 'head', ARGV[1])
for i = 3, #ARGV, 2 do redis.call('HINCRBY', KEYS[2], ARGV[i], ARGV[i + 1]) end
return 1
)lua";

// A script, so that length, head and books are of one moment. ARGV: fields of meta.
constexpr std::string_view kSnapshot = R"lua(
return {redis.call('LLEN', KEYS[1]), redis.call('LINDEX', KEYS[1], 0),
        redis.call('HMGET', KEYS[2], unpack(ARGV))}
)lua";

PartitionSnapshot ToSnapshot(redis::Reply reply) {
  PartitionSnapshot snapshot;
  snapshot.pending = reply[0].Integer();
  if (!reply[1].IsNil()) snapshot.oldest = std::string(reply[1].Text());
  const redis::Reply meta = reply[2];
  snapshot.epoch = static_cast<std::uint64_t>(meta[0].Number());
  snapshot.head = meta[1].Number();
  for (std::size_t i = 0; i < kOutcomeFields.size(); ++i) snapshot.books[i] = meta[i + 2].Number();
  return snapshot;
}

// Of HMGET paused paused_reason.
std::optional<Pause> ToPause(redis::Reply reply) {
  if (reply[0].IsNil()) return std::nullopt;
  return Pause{WallTime(std::chrono::microseconds(reply[0].Number())),
               std::string(reply[1].Text())};
}

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
    : options_(options), config_key_(ConfigKey(options.name_space)) {}

absl::Status RedisDrainQueue::Connect() {
  if (connection_) return absl::OkStatus();
  auto connected = ConnectToQueue(options_);
  if (!connected.ok()) return connected.status();
  connection_.emplace(std::move(connected->connection));
  return absl::OkStatus();
}

absl::Status RedisDrainQueue::Disconnect(absl::Status status) {
  connection_.reset();
  return status;
}

absl::StatusOr<PeekedEntries> RedisDrainQueue::Peek(int partition, const PeekLimits& limits) {
  if (auto status = Connect(); !status.ok()) return status;
  const PartitionKeys keys = KeysOf(partition);
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
                                                     std::string_view last,
                                                     std::span<const BookEntry> outcomes) {
  if (auto status = Connect(); !status.ok()) return status;
  const PartitionKeys keys = KeysOf(partition);
  const std::string count_text = std::to_string(count);
  std::vector<std::string> numbers;
  numbers.reserve(outcomes.size());  // views of them are taken
  std::vector<std::string_view> command{"EVAL",    kCompareAndTrim, "2", keys.changes,
                                        keys.meta, count_text,      last};
  for (const auto& outcome : outcomes) {
    if (outcome.count == 0) continue;
    command.push_back(outcome.field);
    command.push_back(numbers.emplace_back(std::to_string(outcome.count)));
  }
  connection_->Append(command);
  const auto reply = connection_->Read();
  if (!reply.ok()) return Disconnect(reply.status());
  if (auto status = (**reply).ToStatus(); !status.ok()) return Disconnect(status);
  return (**reply).Integer() == 1;
}

// Before the lists, so that none is missed which changes are pushed to now. If nothing is
// stored any more, Redis has just lost its data: then as it was.
absl::StatusOr<Layout> RedisDrainQueue::ReadCurrentLayout() {
  const auto stored = ReadLayout(*connection_, config_key_);
  if (!stored.ok()) return Disconnect(stored.status());
  return *stored ? options_.known_layout->Learn(**stored) : *options_.known_layout->Get();
}

absl::StatusOr<QueueSnapshot> RedisDrainQueue::ReadSnapshot() {
  if (auto status = Connect(); !status.ok()) return status;
  const auto layout = ReadCurrentLayout();
  if (!layout.ok()) return layout.status();
  for (const auto& keys : MakePartitionKeys(options_.name_space, layout->lists)) {
    std::vector<std::string_view> command{"EVAL",    kSnapshot,   "2",       keys.changes,
                                          keys.meta, kEpochField, kHeadField};
    command.insert(command.end(), kOutcomeFields.begin(), kOutcomeFields.end());
    connection_->Append(command);
  }
  QueueSnapshot snapshot;
  snapshot.layout = *layout;
  for (int i = 0; i < layout->lists; ++i) {
    const auto reply = connection_->Read();
    if (!reply.ok()) return Disconnect(reply.status());
    if (auto status = (**reply).ToStatus(); !status.ok()) return Disconnect(status);
    snapshot.partitions.push_back(ToSnapshot(**reply));
  }
  auto pause = ReadPause();
  if (!pause.ok()) return pause.status();
  snapshot.pause = *std::move(pause);
  return snapshot;
}

absl::StatusOr<std::optional<Pause>> RedisDrainQueue::ReadPause() {
  if (auto status = Connect(); !status.ok()) return status;
  const auto reply = connection_->Call({"HMGET", config_key_, kPausedField, kPausedReasonField});
  if (!reply.ok()) return Disconnect(reply.status());
  return ToPause(**reply);
}

absl::Status RedisDrainQueue::SetPause(const std::optional<Pause>& pause) {
  if (auto status = Connect(); !status.ok()) return status;
  const auto reply =
      pause ? connection_->Call({"HSET", config_key_, kPausedField,
                                 std::to_string(pause->since.time_since_epoch().count()),
                                 kPausedReasonField, pause->reason})
            : connection_->Call({"HDEL", config_key_, kPausedField, kPausedReasonField});
  return reply.ok() ? absl::OkStatus() : Disconnect(reply.status());
}

}  // namespace inkwell::queue
