#include "common/queue/redis_push_queue.h"

#include <charconv>

#include "common/base/errors.h"

namespace inkwell::queue {
namespace {

template <typename Integer>
Integer ParseInteger(std::string_view text) {
  Integer value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// The receipt for one partition from the replies to its RPUSH and HMGET.
absl::StatusOr<PushReceipt> ToReceipt(redis::Reply pushed, redis::Reply meta) {
  if (auto status = pushed.ToStatus(); !status.ok()) return status;
  PushReceipt receipt;
  receipt.length = pushed.Integer();
  if (meta.Size() == 2) {
    receipt.epoch = ParseInteger<std::uint64_t>(meta[0].Text());
    receipt.head = ParseInteger<std::int64_t>(meta[1].Text());
  }
  return receipt;
}

}  // namespace

RedisPushQueue::RedisPushQueue(const QueueOptions& options)
    : options_(options), keys_(MakePartitionKeys(options.name_space, options.partitions)) {}

absl::Status RedisPushQueue::Connect() {
  if (connection_) return absl::OkStatus();
  auto connection = ConnectToQueue(options_);
  if (!connection.ok()) return connection.status();
  connection_.emplace(*std::move(connection));
  return absl::OkStatus();
}

void RedisPushQueue::Append(const PartitionPush& push) {
  const auto& keys = keys_[static_cast<std::size_t>(push.partition)];
  std::vector<std::string_view> rpush;
  rpush.reserve(2 + push.entries.size());
  rpush.emplace_back("RPUSH");
  rpush.emplace_back(keys.changes);
  rpush.insert(rpush.end(), push.entries.begin(), push.entries.end());
  connection_->Append(rpush);
  connection_->Append({"HMGET", keys.meta, kEpochField, kHeadField});
}

absl::StatusOr<std::vector<absl::StatusOr<PushReceipt>>> RedisPushQueue::ReadReceipts(
    std::size_t count) {
  std::vector<absl::StatusOr<PushReceipt>> receipts;
  receipts.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto pushed = connection_->Read();
    if (!pushed.ok()) return pushed.status();
    const auto meta = connection_->Read();
    if (!meta.ok()) return meta.status();
    receipts.push_back(ToReceipt(**pushed, **meta));
    // A server that can't take writes now (loading, a replica, …) is as good as
    // away: what it took of this push and what not is sorted out by pushing again.
    if (absl::IsUnavailable(receipts.back().status())) return receipts.back().status();
  }
  return receipts;
}

absl::StatusOr<std::vector<absl::StatusOr<PushReceipt>>> RedisPushQueue::Push(
    std::span<const PartitionPush> pushes) {
  if (auto status = Connect(); !status.ok()) return status;
  for (const auto& push : pushes) Append(push);
  auto receipts = ReadReceipts(pushes.size());
  if (!receipts.ok()) connection_.reset();
  return receipts;
}

}  // namespace inkwell::queue
