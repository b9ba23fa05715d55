// Many callers' changes as few pushes: one for each partition touched.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/queue/change_codec.h"
#include "common/queue/push_queue.h"
#include "services/ingest/retained_window.h"

namespace inkwell::ingest {

struct GroupCommit {
  // Views into the entries that it was made of.
  std::vector<queue::PartitionPush> pushes;
  // For each entry, which of the pushes it is in.
  std::vector<std::size_t> push_of;
};

struct PartitionedEntry {
  int partition = 0;
  int partitions = 0;  // that there were when it was found
  RetainedChange change;
  std::int64_t revision = 0;  // once it was given one
};

// Stamps each entry with a push id of its own and sorts them by partition, in order
// within each. The entries must outlive the result.
[[nodiscard]] GroupCommit MakeGroupCommit(std::vector<PartitionedEntry>& entries,
                                          queue::PushIds& push_ids);

}  // namespace inkwell::ingest
