// The queue as operators look at it: what is pending, and the books.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "common/base/clock.h"
#include "common/queue/drain_queue.h"
#include "services/flusher/store/outcome_counts.h"

namespace inkwell::flusher {

struct PartitionBacklog {
  std::int64_t pending = 0;
  // Now minus the accept time of the oldest change; zero if empty or unreadable.
  std::chrono::microseconds lag{0};
};

struct Backlog {
  queue::Layout layout;
  // Of all lists, in order; after a change some may be no partitions any more.
  std::vector<PartitionBacklog> partitions;
  std::int64_t pending = 0;          // of all of them
  std::chrono::microseconds lag{0};  // the largest
  // What became of the changes that have left the queue, whoever took them, and how many
  // were ever put on it: at any time appended = books.Total() + pending.
  OutcomeCounts books;
  std::int64_t appended = 0;
  std::optional<queue::Pause> pause;
};

// Thread-safe.
[[nodiscard]] Backlog ToBacklog(const queue::QueueSnapshot& snapshot, WallTime now);

// What to enter in the queue's books. Thread-safe.
[[nodiscard]] std::array<queue::BookEntry, kOutcomes.size()> ToBookEntries(
    const OutcomeCounts& outcomes);

}  // namespace inkwell::flusher
