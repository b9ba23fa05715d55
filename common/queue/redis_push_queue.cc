#include "common/queue/redis_push_queue.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "common/base/errors.h"
#include "common/queue/server_facts.h"

namespace inkwell::queue {
namespace {

// Revisions are microseconds since the epoch, or one more than the last where that is
// larger: so they go on growing after a failover to a replica that had not heard of the
// last ones, and however far the servers' clocks are apart.
constexpr std::string_view kDrawRevisions = R"lua(
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local last = tonumber(redis.call('HGET', KEYS[1], 'revision') or '0')
local first = math.max(now, last + 1)
redis.call('HSET', KEYS[1], 'revision', string.format('%.0f', first + ARGV[1] - 1))
return {redis.call('HGET', KEYS[1], 'epoch') or '0', string.format('%.0f', first)}
)lua";

// From the replies to a command that tells the length, and to HMGET meta epoch head.
PartitionState ToState(redis::Reply length, redis::Reply meta) {
  PartitionState state;
  state.length = length.Integer();
  if (meta.Size() == 2) {
    state.epoch = static_cast<std::uint64_t>(meta[0].Number());
    state.head = meta[1].Number();
  }
  return state;
}

}  // namespace

RedisPushQueue::RedisPushQueue(const QueueOptions& options)
    : options_(options), config_key_(ConfigKey(options.name_space)) {}

absl::Status RedisPushQueue::Lost(absl::Status status) {
  connection_.reset();
  return status;
}

absl::StatusOr<bool> RedisPushQueue::Connect() {
  if (connection_) return false;
  auto connected = ConnectToQueue(options_);
  if (!connected.ok()) return connected.status();
  if (connected->layout.repartition_to) return Repartitioning(connected->layout);
  auto facts = ReadServerFacts(connected->connection);
  if (!facts.ok()) return facts.status();
  facts_ = *std::move(facts);
  keys_ = MakePartitionKeys(options_.name_space, connected->layout.partitions);
  connection_.emplace(std::move(connected->connection));
  return true;
}

absl::StatusOr<QueueState> RedisPushQueue::ReadState() {
  for (const auto& keys : keys_) {
    connection_->Append({"MULTI"});
    connection_->Append({"LLEN", keys.changes});
    connection_->Append({"HMGET", keys.meta, kEpochField, kHeadField});
    connection_->Append({"EXEC"});
  }
  QueueState state;
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    auto partition = ReadPushReplies();
    if (!partition.ok()) return Lost(partition.status());
    if (!partition->ok()) return Lost(partition->status());
    state.partitions.push_back(**partition);
  }
  if (auto status = CheckLayout(); !status.ok()) return Lost(status);
  if (auto status = RefreshServerFacts(*connection_, facts_); !status.ok()) return Lost(status);
  state.server = facts_;
  return state;
}

// To be asked after the epochs were read, and in a cluster that is a round trip of its own. The
// count is changed by marking it, then giving new epochs, then storing it (layout_change.h). So
// whoever has read a new epoch sees the mark, or the new count; who has read an old one will
// be told a new one with the next push.
absl::Status RedisPushQueue::CheckLayout() {
  const auto layout = ReadLayout(*connection_, config_key_);
  if (!layout.ok()) return layout.status();
  if (!layout->has_value()) return absl::OkStatus();  // lost, as the epochs tell too
  const bool is_ours =
      !(**layout).repartition_to && (**layout).partitions == static_cast<int>(keys_.size());
  return is_ours ? absl::OkStatus() : Repartitioning(**layout);
}

void RedisPushQueue::AppendPush(const PartitionPush& push) {
  const auto& keys = KeysOf(push.partition);
  std::vector<std::string_view> rpush;
  rpush.reserve(2 + push.entries.size());
  rpush.emplace_back("RPUSH");
  rpush.emplace_back(keys.changes);
  rpush.insert(rpush.end(), push.entries.begin(), push.entries.end());
  connection_->Append({"MULTI"});
  connection_->Append(rpush);
  connection_->Append({"HMGET", keys.meta, kEpochField, kHeadField});
  connection_->Append({"EXEC"});
}

// The replies to MULTI, two commands and EXEC. The outer status: the connection broke.
absl::StatusOr<absl::StatusOr<PartitionState>> RedisPushQueue::ReadPushReplies() {
  absl::Status refused;
  for (int i = 0; i < 3; ++i) {
    const auto queued = connection_->Read();
    if (!queued.ok()) return queued.status();
    // Why EXEC will refuse, which itself only says that something before it was wrong.
    refused.Update((**queued).ToStatus());
  }
  const auto executed = connection_->Read();
  if (!executed.ok()) return executed.status();
  refused.Update((**executed).ToStatus());
  if (!refused.ok()) return absl::StatusOr<PartitionState>(refused);
  const redis::Reply results = **executed;
  if (auto status = results[0].ToStatus(); !status.ok()) {
    return absl::StatusOr<PartitionState>(status);
  }
  return absl::StatusOr<PartitionState>(ToState(results[0], results[1]));
}

absl::StatusOr<std::vector<absl::StatusOr<PartitionState>>> RedisPushQueue::Push(
    std::span<const PartitionPush> pushes) {
  for (const auto& push : pushes) AppendPush(push);
  std::vector<absl::StatusOr<PartitionState>> states;
  states.reserve(pushes.size());
  for (std::size_t i = 0; i < pushes.size(); ++i) {
    auto state = ReadPushReplies();
    if (!state.ok()) return Lost(state.status());
    states.push_back(*std::move(state));
    // A server that can't take writes now (loading, a replica, …) is as good as
    // away: what it took of this push and what not is sorted out by pushing again.
    if (absl::IsUnavailable(states.back().status())) return Lost(states.back().status());
  }
  return states;
}

absl::StatusOr<std::vector<DrawnRevisions>> RedisPushQueue::DrawRevisions(
    std::span<const RevisionRequest> requests) {
  for (const auto& [partition, count] : requests) {
    connection_->Append(
        {"EVAL", kDrawRevisions, "1", KeysOf(partition).meta, std::to_string(count)});
  }
  std::vector<DrawnRevisions> drawn;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const auto reply = connection_->Read();
    if (!reply.ok()) return Lost(reply.status());
    if (auto status = (**reply).ToStatus(); !status.ok()) return Lost(status);
    const redis::Reply epoch_and_first = **reply;
    drawn.push_back(
        {static_cast<std::uint64_t>(epoch_and_first[0].Number()), epoch_and_first[1].Number()});
  }
  return drawn;
}

// In a cluster every node is waited for, also one that had nothing pushed to it now: it has
// its disk and replicas in order, or REPLICATED could not be promised for the next push either.

absl::StatusOr<bool> RedisPushQueue::AwaitFsync(std::chrono::milliseconds timeout) {
  // WAITAOF numlocal numreplicas timeout: an array of how many of each.
  const auto replies = connection_->CallAll({"WAITAOF", "1", "0", std::to_string(timeout.count())});
  if (!replies.ok()) return Lost(replies.status());
  bool all = true;
  for (const auto& reply : *replies) {
    if (auto status = (*reply).ToStatus(); !status.ok()) return Lost(status);
    all = all && (*reply).Size() == 2 && (*reply)[0].Integer() >= 1;
  }
  return all;
}

absl::StatusOr<std::int64_t> RedisPushQueue::AwaitReplicas(int wanted,
                                                           std::chrono::milliseconds timeout) {
  const auto replies =
      connection_->CallAll({"WAIT", std::to_string(wanted), std::to_string(timeout.count())});
  if (!replies.ok()) return Lost(replies.status());
  std::int64_t fewest = std::numeric_limits<std::int64_t>::max();
  for (const auto& reply : *replies) {
    if (auto status = (*reply).ToStatus(); !status.ok()) return Lost(status);
    fewest = std::min(fewest, (*reply).Integer());
  }
  return fewest;
}

}  // namespace inkwell::queue
