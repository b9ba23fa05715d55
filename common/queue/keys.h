// The names of what lies in Redis. An operator sees them: they never change.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace inkwell::queue {

// The keys of one partition. The braces make "namespace:p" a Redis Cluster hash
// tag, so that both keys are on one node.
struct PartitionKeys {
  std::string changes;  // LIST: pending changes, oldest at the head
  std::string meta;     // HASH: epoch, head, revision, and the books (kOutcomeFields)
};

[[nodiscard]] PartitionKeys KeysOfPartition(std::string_view name_space, int partition);
// Those of partitions 0 to partitions - 1.
[[nodiscard]] std::vector<PartitionKeys> MakePartitionKeys(std::string_view name_space,
                                                           int partitions);

// HASH: partitions, lists and repartition_to (layout.h: what all services of a namespace agree
// on); while flushing is paused also paused, since when (microseconds since the Unix epoch),
// and paused_reason.
[[nodiscard]] std::string ConfigKey(std::string_view name_space);

// Fields of the hashes.
inline constexpr std::string_view kEpochField = "epoch";
inline constexpr std::string_view kHeadField = "head";
inline constexpr std::string_view kPartitionsField = "partitions";
inline constexpr std::string_view kListsField = "lists";
inline constexpr std::string_view kRepartitionToField = "repartition_to";
inline constexpr std::string_view kPausedField = "paused";
inline constexpr std::string_view kPausedReasonField = "paused_reason";

// The books of a partition: how many of the entries trimmed had which end. They change with
// head in one step, so at any time
//   head = their sum,  and  head + the list's length = entries ever appended,
// since Redis last lost them. A field that is missing is 0.
inline constexpr std::array<std::string_view, 7> kOutcomeFields = {
    "inserted", "updated", "deleted", "conflated", "duplicate", "stale", "dead"};

// OK if a namespace is 1 to 64 characters of [a-z A-Z 0-9 _ - .]; else
// kInvalidArgument. Braces or colons would break the hash tag.
[[nodiscard]] absl::Status CheckNamespace(std::string_view name_space);

}  // namespace inkwell::queue
