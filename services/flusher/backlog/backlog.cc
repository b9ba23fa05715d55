#include "services/flusher/backlog/backlog.h"

#include <algorithm>

#include "common/queue/change_view.h"

namespace inkwell::flusher {
namespace {

using std::chrono::microseconds;

static_assert(std::equal(kOutcomes.begin(), kOutcomes.end(), queue::kOutcomeFields.begin(),
                         queue::kOutcomeFields.end(),
                         [](const Outcome& outcome, std::string_view field) {
                           return outcome.name == field;
                         }),
              "the queue's books have our outcomes, in our order");

microseconds LagOf(const queue::PartitionSnapshot& partition, WallTime now) {
  queue::ChangeView oldest;
  if (!partition.oldest || !queue::DecodeEntry(*partition.oldest, oldest).ok()) {
    return microseconds(0);
  }
  // Another machine's clock may be ahead of ours.
  return std::max(microseconds(0), now.time_since_epoch() - microseconds(oldest.accept_time_us));
}

}  // namespace

Backlog ToBacklog(const queue::QueueSnapshot& snapshot, WallTime now) {
  Backlog backlog;
  backlog.layout = snapshot.layout;
  backlog.pause = snapshot.pause;
  backlog.partitions.reserve(snapshot.partitions.size());
  for (const auto& partition : snapshot.partitions) {
    const auto& added =
        backlog.partitions.emplace_back(PartitionBacklog{partition.pending, LagOf(partition, now)});
    backlog.pending += added.pending;
    backlog.lag = std::max(backlog.lag, added.lag);
    backlog.appended += partition.head + partition.pending;
    for (std::size_t i = 0; i < kOutcomes.size(); ++i) {
      backlog.books.*kOutcomes[i].count += partition.books[i];
    }
  }
  return backlog;
}

std::array<queue::BookEntry, kOutcomes.size()> ToBookEntries(const OutcomeCounts& outcomes) {
  std::array<queue::BookEntry, kOutcomes.size()> entries;
  for (std::size_t i = 0; i < kOutcomes.size(); ++i) {
    entries[i] = {kOutcomes[i].name, outcomes.*kOutcomes[i].count};
  }
  return entries;
}

}  // namespace inkwell::flusher
