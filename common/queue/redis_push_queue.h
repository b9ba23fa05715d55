// PushQueue on Redis. A push is one round trip, whatever the number of partitions; for
// each partition touched:
//
//   MULTI
//   RPUSH {ns:p}:changes v1 … vn
//   HMGET {ns:p}:meta epoch head
//   EXEC
//
// Both in one step, so that a position is exact. No Lua here: a script that touches each
// value halves Redis' throughput.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/queue/connect.h"
#include "common/queue/keys.h"
#include "common/queue/push_queue.h"

namespace inkwell::queue {

class RedisPushQueue final : public PushQueue {
 public:
  explicit RedisPushQueue(const QueueOptions& options);

  [[nodiscard]] absl::StatusOr<bool> Connect() override;
  [[nodiscard]] bool IsConnected() const override { return connection_.has_value(); }
  void Disconnect() override { connection_.reset(); }
  [[nodiscard]] absl::StatusOr<QueueState> ReadState() override;
  [[nodiscard]] absl::StatusOr<std::vector<absl::StatusOr<PartitionState>>> Push(
      std::span<const PartitionPush> pushes) override;
  [[nodiscard]] absl::StatusOr<std::vector<DrawnRevisions>> DrawRevisions(
      std::span<const RevisionRequest> requests) override;
  [[nodiscard]] absl::StatusOr<bool> AwaitFsync(std::chrono::milliseconds timeout) override;
  [[nodiscard]] absl::StatusOr<std::int64_t> AwaitReplicas(
      int wanted, std::chrono::milliseconds timeout) override;

 private:
  const PartitionKeys& KeysOf(int partition) const {
    return keys_[static_cast<std::size_t>(partition)];
  }
  void AppendPush(const PartitionPush& push);
  [[nodiscard]] absl::StatusOr<absl::StatusOr<PartitionState>> ReadPushReplies();
  [[nodiscard]] absl::Status CheckLayout();
  // Hands a failed call's status on, after dropping the connection.
  absl::Status Lost(absl::Status status);

  const QueueOptions options_;
  const std::string config_key_;
  std::optional<redis::Connection> connection_;
  // What was found out on connecting.
  std::vector<PartitionKeys> keys_;
  ServerFacts facts_;
};

}  // namespace inkwell::queue
