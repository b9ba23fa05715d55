#include "common/queue/keys.h"

#include <fmt/core.h>

namespace inkwell::queue {

PartitionKeys KeysOfPartition(std::string_view name_space, int partition) {
  return {fmt::format("{{{}:{}}}:changes", name_space, partition),
          fmt::format("{{{}:{}}}:meta", name_space, partition)};
}

std::vector<PartitionKeys> MakePartitionKeys(std::string_view name_space, int partitions) {
  std::vector<PartitionKeys> keys;
  for (int p = 0; p < partitions; ++p) keys.push_back(KeysOfPartition(name_space, p));
  return keys;
}

std::string ConfigKey(std::string_view name_space) { return fmt::format("{}:config", name_space); }

absl::Status CheckNamespace(std::string_view name_space) {
  constexpr std::string_view kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
  if (!name_space.empty() && name_space.size() <= 64 &&
      name_space.find_first_not_of(kAllowed) == std::string_view::npos) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      fmt::format("\"{}\" is no namespace; 1 to 64 letters, digits, '_', '-' or '.'", name_space));
}

}  // namespace inkwell::queue
