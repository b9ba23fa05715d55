// PushQueue on Redis. A push is one round trip, whatever the number of partitions:
//
//   RPUSH {ns:p}:changes v1 … vn
//   HMGET {ns:p}:meta epoch head        for each partition touched
//
// No MULTI around the two: `head` read a little late only makes a position look
// later than it is, which is safe, and it costs two commands less. No Lua: a
// script that touches each value halves Redis' throughput.
#pragma once

#include <optional>

#include "common/queue/connect.h"
#include "common/queue/keys.h"
#include "common/queue/push_queue.h"

namespace inkwell::queue {

class RedisPushQueue final : public PushQueue {
 public:
  explicit RedisPushQueue(const QueueOptions& options);

  [[nodiscard]] absl::Status Connect() override;
  [[nodiscard]] absl::StatusOr<std::vector<absl::StatusOr<PushReceipt>>> Push(
      std::span<const PartitionPush> pushes) override;

 private:
  void Append(const PartitionPush& push);
  [[nodiscard]] absl::StatusOr<std::vector<absl::StatusOr<PushReceipt>>> ReadReceipts(
      std::size_t count);

  const QueueOptions options_;
  const std::vector<PartitionKeys> keys_;
  std::optional<redis::Connection> connection_;
};

}  // namespace inkwell::queue
