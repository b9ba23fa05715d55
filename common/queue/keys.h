// The names of what lies in Redis. An operator sees them: they never change.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace inkwell::queue {

// The keys of one partition. The braces make "namespace:p" a Redis Cluster hash
// tag, so that both keys are on one node.
struct PartitionKeys {
  std::string changes;  // LIST: pending changes, oldest at the head
  std::string meta;     // HASH: epoch, head, revision
};

// The keys of partitions 0 to partitions - 1.
[[nodiscard]] std::vector<PartitionKeys> MakePartitionKeys(std::string_view name_space,
                                                           int partitions);

// HASH: partitions, the count that all services of a namespace agree on.
[[nodiscard]] std::string ConfigKey(std::string_view name_space);

// Fields of the hashes.
inline constexpr std::string_view kEpochField = "epoch";
inline constexpr std::string_view kHeadField = "head";
inline constexpr std::string_view kPartitionsField = "partitions";

// OK if a namespace is 1 to 64 characters of [a-z A-Z 0-9 _ - .]; else
// kInvalidArgument. Braces or colons would break the hash tag.
[[nodiscard]] absl::Status CheckNamespace(std::string_view name_space);

}  // namespace inkwell::queue
