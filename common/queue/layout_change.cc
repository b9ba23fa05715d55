#include "common/queue/layout_change.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "common/base/errors.h"
#include "common/queue/epoch.h"
#include "common/queue/keys.h"

namespace inkwell::queue {
namespace {

// ARGV: the new count. The lists come first, so that whoever sees the new count drains them all.
constexpr std::string_view kMark = R"lua(
local stored = redis.call('HMGET', KEYS[1], 'partitions', 'lists', 'repartition_to')
local partitions, lists, mark = tonumber(stored[1]), tonumber(stored[2]), tonumber(stored[3])
local to = tonumber(ARGV[1])
if not partitions then return 'nothing stored' end
if to == partitions then
  return redis.call('HDEL', KEYS[1], 'repartition_to') == 1 and 'taken back' or 'nothing to do'
end
if mark and mark ~= to then return 'another' end
redis.call('HSET', KEYS[1], 'lists', math.max(partitions, lists or 0, to))
redis.call('HSET', KEYS[1], 'repartition_to', to)
return 'marked'
)lua";

// ARGV: the new epoch. Returns what there was.
constexpr std::string_view kRenewEpoch = R"lua(
local stored = redis.call('HMGET', KEYS[1], 'epoch', 'revision')
redis.call('HSET', KEYS[1], 'epoch', ARGV[1])
return stored
)lua";

// ARGV: the least that the last revision may be.
constexpr std::string_view kRaiseRevision = R"lua(
local last = tonumber(redis.call('HGET', KEYS[1], 'revision') or '0')
if last < tonumber(ARGV[1]) then redis.call('HSET', KEYS[1], 'revision', ARGV[1]) end
return 1
)lua";

// ARGV: the new count.
constexpr std::string_view kFinish = R"lua(
if redis.call('HGET', KEYS[1], 'repartition_to') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'partitions', ARGV[1])
redis.call('HDEL', KEYS[1], 'repartition_to')
return 1
)lua";

absl::Status OtherUnderWay(const Layout& layout, int partitions) {
  const int other = layout.repartition_to.value_or(partitions);
  return Error(absl::StatusCode::kFailedPrecondition, kOtherRepartitioning,
               fmt::format("a repartitioning from {0} to {1} partitions is under way; finish it "
                           "with --to {1}, or take it back with --to {0}, before --to {2}",
                           layout.partitions, other, partitions));
}

}  // namespace

LayoutChange::LayoutChange(const QueueOptions& options)
    : options_(options), config_key_(ConfigKey(options.name_space)) {}

absl::Status LayoutChange::Connect() {
  if (connection_) return absl::OkStatus();
  auto connection = redis::Connection::Connect(options_.url, options_.connect);
  if (!connection.ok()) return connection.status();
  connection_.emplace(*std::move(connection));
  return absl::OkStatus();
}

absl::Status LayoutChange::Disconnect(absl::Status status) {
  connection_.reset();
  return status;
}

absl::Status LayoutChange::NothingStored() const {
  return Error(absl::StatusCode::kFailedPrecondition, "NO_LAYOUT",
               fmt::format("there is no {} in Redis ({}): no service of this namespace was started "
                           "yet, and the first one's --partitions decides",
                           config_key_, options_.url.ToText()));
}

absl::StatusOr<Layout> LayoutChange::Read() {
  if (auto status = Connect(); !status.ok()) return status;
  const auto stored = ReadLayout(*connection_, config_key_);
  if (!stored.ok()) return Disconnect(stored.status());
  if (!stored->has_value()) return NothingStored();
  return **stored;
}

absl::StatusOr<Marked> LayoutChange::Mark(int partitions) {
  if (auto status = Connect(); !status.ok()) return status;
  const auto reply =
      connection_->Call({"EVAL", kMark, "1", config_key_, std::to_string(partitions)});
  if (!reply.ok()) return Disconnect(reply.status());
  const std::string_view result = (**reply).Text();
  if (result == "marked") return Marked::kMarked;
  if (result == "nothing to do") return Marked::kNothingToDo;
  if (result == "taken back") return Marked::kTakenBack;
  const auto layout = Read();  // which says so if nothing is stored
  return layout.ok() ? OtherUnderWay(*layout, partitions) : layout.status();
}

absl::StatusOr<std::vector<std::uint64_t>> LayoutChange::RenewEpochs(const Layout& layout) {
  if (auto status = Connect(); !status.ok()) return status;
  for (const auto& keys : MakePartitionKeys(options_.name_space, layout.lists)) {
    connection_->Append({"EVAL", kRenewEpoch, "1", keys.meta, NewEpoch()});
  }
  std::vector<std::uint64_t> epochs;
  std::int64_t last_revision = 0;
  for (int i = 0; i < layout.lists; ++i) {
    const auto reply = connection_->Read();
    if (!reply.ok()) return Disconnect(reply.status());
    if (auto status = (**reply).ToStatus(); !status.ok()) return Disconnect(status);
    const redis::Reply epoch_and_revision = **reply;
    epochs.push_back(static_cast<std::uint64_t>(epoch_and_revision[0].Number()));
    last_revision = std::max(last_revision, epoch_and_revision[1].Number());
  }
  const int partitions = layout.repartition_to.value_or(layout.partitions);
  auto status = RaiseRevisions(partitions, last_revision);
  if (!status.ok()) return Disconnect(status);
  return epochs;
}

absl::Status LayoutChange::RaiseRevisions(int lists, std::int64_t least) {
  for (const auto& keys : MakePartitionKeys(options_.name_space, lists)) {
    connection_->Append({"EVAL", kRaiseRevision, "1", keys.meta, std::to_string(least)});
  }
  for (int i = 0; i < lists; ++i) {
    const auto reply = connection_->Read();
    if (!reply.ok()) return reply.status();
    if (auto status = (**reply).ToStatus(); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> LayoutChange::Finish(int partitions) {
  if (auto status = Connect(); !status.ok()) return status;
  const auto reply =
      connection_->Call({"EVAL", kFinish, "1", config_key_, std::to_string(partitions)});
  if (!reply.ok()) return Disconnect(reply.status());
  return (**reply).Integer() == 1;
}

}  // namespace inkwell::queue
