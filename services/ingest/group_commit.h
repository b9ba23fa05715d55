// Many callers' changes as few pushes: one for each partition touched.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "common/queue/change_codec.h"
#include "common/queue/push_queue.h"

namespace inkwell::ingest {

struct GroupCommit {
  // Views into the entries that it was made of.
  std::vector<queue::PartitionPush> pushes;
  // For each entry, which of the pushes it is in.
  std::vector<std::size_t> push_of;
};

struct PartitionedEntry {
  int partition = 0;
  std::string entry;
};

// Stamps each entry with a push id of its own and sorts them by partition, in order
// within each. The entries must outlive the result.
[[nodiscard]] GroupCommit MakeGroupCommit(std::vector<PartitionedEntry>& entries,
                                          queue::PushIds& push_ids);

}  // namespace inkwell::ingest
