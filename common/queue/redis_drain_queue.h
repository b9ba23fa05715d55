// DrainQueue on Redis: LRANGE to peek, a script to compare and trim.
#pragma once

#include <optional>
#include <string>

#include "common/queue/connect.h"
#include "common/queue/drain_queue.h"
#include "common/queue/keys.h"

namespace inkwell::queue {

class RedisDrainQueue final : public DrainQueue {
 public:
  explicit RedisDrainQueue(const QueueOptions& options);

  [[nodiscard]] absl::StatusOr<PeekedEntries> Peek(int partition,
                                                   const PeekLimits& limits) override;
  [[nodiscard]] absl::StatusOr<bool> CompareAndTrim(int partition, std::int64_t count,
                                                    std::string_view last,
                                                    std::span<const BookEntry> outcomes) override;
  [[nodiscard]] absl::StatusOr<QueueSnapshot> ReadSnapshot() override;
  [[nodiscard]] absl::StatusOr<std::optional<Pause>> ReadPause() override;
  [[nodiscard]] absl::Status SetPause(const std::optional<Pause>& pause) override;

 private:
  [[nodiscard]] absl::Status Connect();
  [[nodiscard]] absl::StatusOr<Layout> ReadCurrentLayout();
  // Hands a failed call's status on, and drops the connection, which may hold
  // replies to commands that nobody waits for any more.
  absl::Status Disconnect(absl::Status status);

  [[nodiscard]] PartitionKeys KeysOf(int partition) const {
    return KeysOfPartition(options_.name_space, partition);
  }

  const QueueOptions options_;
  const std::string config_key_;
  std::optional<redis::Connection> connection_;
};

}  // namespace inkwell::queue
