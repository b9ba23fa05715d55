#include "services/ingest/retained_window.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "common/queue/change_codec.h"

namespace inkwell::ingest {
namespace {

// What an entry costs beside its text: its place in the deque and the allocation.
constexpr std::int64_t kOverheadBytes = 96;

std::int64_t Cost(const RetainedChange& change) {
  return static_cast<std::int64_t>(change.entry.size()) + kOverheadBytes;
}

}  // namespace

RetainedWindow::RetainedWindow(int partitions, std::int64_t max_bytes)
    : max_bytes_(max_bytes), partitions_(static_cast<std::size_t>(partitions)) {}

void RetainedWindow::Add(int partition, std::int64_t sequence, RetainedChange change) {
  auto& home = partitions_[static_cast<std::size_t>(partition)];
  bytes_ += Cost(change);
  ++size_;
  home.entries.push_back({std::move(change), sequence, next_age_++});
  home.placed = home.entries.size();
  while (bytes_ > max_bytes_) DropOldest();
}

void RetainedWindow::Advance(int partition, std::int64_t head) {
  auto& home = partitions_[static_cast<std::size_t>(partition)];
  while (home.placed > 0 && home.entries.front().sequence < head) RemoveOldest(home, true);
}

void RetainedWindow::ForgetPositions() {
  for (auto& partition : partitions_) partition.placed = 0;
}

void RetainedWindow::Repartition(int partitions) {
  std::vector<Entry> entries;
  entries.reserve(static_cast<std::size_t>(size_));
  for (auto& partition : partitions_) {
    std::move(partition.entries.begin(), partition.entries.end(), std::back_inserter(entries));
  }
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.age < b.age; });
  partitions_ = std::vector<Partition>(static_cast<std::size_t>(partitions));
  for (auto& entry : entries) {
    const int home = queue::PartitionOfEntry(entry.change.entry, partitions);
    partitions_[static_cast<std::size_t>(home)].entries.push_back(std::move(entry));
  }
}

std::vector<std::string*> RetainedWindow::Unplaced(int partition, std::int64_t max_bytes) {
  auto& home = partitions_[static_cast<std::size_t>(partition)];
  std::vector<std::string*> unplaced;
  std::int64_t bytes = 0;
  for (std::size_t i = home.placed; i < home.entries.size() && bytes < max_bytes; ++i) {
    unplaced.push_back(&home.entries[i].change.entry);
    bytes += Cost(home.entries[i].change);
  }
  return unplaced;
}

void RetainedWindow::Place(int partition, std::int64_t first_sequence, std::size_t count) {
  auto& home = partitions_[static_cast<std::size_t>(partition)];
  for (std::size_t i = 0; i < count; ++i) {
    home.entries[home.placed++].sequence = first_sequence + static_cast<std::int64_t>(i);
  }
}

std::vector<EndedWait> RetainedWindow::TakeEndedWaits() { return std::exchange(ended_, {}); }

void RetainedWindow::RemoveOldest(Partition& partition, bool persisted) {
  const RetainedChange& oldest = partition.entries.front().change;
  if (oldest.wait != 0) ended_.push_back({oldest.wait, persisted});
  bytes_ -= Cost(oldest);
  --size_;
  partition.entries.pop_front();
  if (partition.placed > 0) --partition.placed;
}

void RetainedWindow::DropOldest() {
  Partition* oldest = nullptr;
  for (auto& partition : partitions_) {
    if (partition.entries.empty()) continue;
    if (oldest == nullptr || partition.entries.front().age < oldest->entries.front().age) {
      oldest = &partition;
    }
  }
  RemoveOldest(*oldest, false);
  ++dropped_;
}

}  // namespace inkwell::ingest
