#include "services/ingest/group_commit.h"

#include "absl/container/flat_hash_map.h"

namespace inkwell::ingest {

GroupCommit MakeGroupCommit(std::vector<PartitionedEntry>& entries, queue::PushIds& push_ids) {
  GroupCommit group;
  group.push_of.reserve(entries.size());
  absl::flat_hash_map<int, std::size_t> push_of_partition;
  for (auto& entry : entries) {
    queue::StampEntry(entry.change.entry, push_ids.Next());
    const auto [found, is_new] =
        push_of_partition.try_emplace(entry.partition, group.pushes.size());
    if (is_new) group.pushes.push_back({entry.partition, {}});
    group.pushes[found->second].entries.emplace_back(entry.change.entry);
    group.push_of.push_back(found->second);
  }
  return group;
}

}  // namespace inkwell::ingest
