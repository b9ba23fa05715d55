#include "common/queue/layout.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>

#include "common/base/errors.h"
#include "common/queue/keys.h"
#include "common/queue/partition.h"

namespace inkwell::queue {
namespace {

bool IsCount(std::int64_t number) { return number >= 1 && number <= kMaxPartitions; }

}  // namespace

absl::StatusOr<std::optional<Layout>> ReadLayout(redis::Connection& connection,
                                                 std::string_view config_key) {
  const auto reply =
      connection.Call({"HMGET", config_key, kPartitionsField, kListsField, kRepartitionToField});
  if (!reply.ok()) return reply.status();
  const redis::Reply fields = **reply;
  if (fields[0].IsNil()) return std::nullopt;
  const std::int64_t partitions = fields[0].Number();
  const std::int64_t lists = fields[1].IsNil() ? partitions : fields[1].Number();
  const std::int64_t to = fields[2].IsNil() ? partitions : fields[2].Number();
  if (!IsCount(partitions) || !IsCount(lists) || !IsCount(to)) {
    return Error(absl::StatusCode::kFailedPrecondition, "BAD_LAYOUT",
                 fmt::format("{} in Redis says partitions \"{}\", lists \"{}\", repartition_to "
                             "\"{}\"; expected numbers from 1 to {}",
                             config_key, fields[0].Text(), fields[1].Text(), fields[2].Text(),
                             kMaxPartitions));
  }
  Layout layout;
  layout.partitions = static_cast<int>(partitions);
  layout.lists = static_cast<int>(std::max(partitions, lists));
  if (!fields[2].IsNil()) layout.repartition_to = static_cast<int>(to);
  return layout;
}

absl::Status Repartitioning(const Layout& layout) {
  using std::chrono::milliseconds;
  if (!layout.repartition_to) {
    return RetryableError(
        absl::StatusCode::kUnavailable, kRepartitioning,
        fmt::format("there are {} partitions now; connecting anew", layout.partitions),
        milliseconds(100));
  }
  return RetryableError(
      absl::StatusCode::kUnavailable, kRepartitioning,
      fmt::format("the number of partitions is being changed from {0} to {1}, which takes a "
                  "moment; had the command that does it ended, \"inkwell-flusher repartition "
                  "--to {1}\" would finish it, and \"--to {0}\" take it back",
                  layout.partitions, *layout.repartition_to),
      milliseconds(500));
}

std::optional<Layout> KnownLayout::Get() const {
  MutexLock lock(mutex_);
  return layout_;
}

Layout KnownLayout::Learn(const Layout& stored) {
  MutexLock lock(mutex_);
  const int known_lists = layout_ ? layout_->lists : 0;
  layout_ = stored;
  layout_->lists = std::max(stored.lists, known_lists);
  return *layout_;
}

}  // namespace inkwell::queue
