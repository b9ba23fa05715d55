#include "common/queue/partition.h"

namespace inkwell::queue {

int PartitionOf(const Uuid& comment_id, int partitions) {
  return static_cast<int>(Fnv1a64(comment_id.AsBytes()) % static_cast<std::uint64_t>(partitions));
}

}  // namespace inkwell::queue
