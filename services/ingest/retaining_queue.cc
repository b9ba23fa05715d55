#include "services/ingest/retaining_queue.h"

#include <fmt/core.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "common/base/errors.h"
#include "common/base/failpoint.h"

namespace inkwell::ingest {
namespace {

constexpr std::int64_t kPushAgainBytes = 1 << 20;

}  // namespace

RetainingQueue::RetainingQueue(std::unique_ptr<queue::PushQueue> queue, int partitions,
                               std::int64_t retain_bytes)
    : queue_(std::move(queue)),
      window_(partitions, retain_bytes),
      partitions_(static_cast<std::size_t>(partitions)) {}

absl::Status RetainingQueue::Open() {
  const auto is_new = queue_->Connect();
  if (!is_new.ok()) return is_new.status();
  if (!*is_new && placed_) return absl::OkStatus();
  const auto state = queue_->ReadState();
  if (!state.ok()) return state.status();
  return Meet(*state);
}

// A new connection, or one whose server still has to be given everything again.
absl::Status RetainingQueue::Meet(const queue::QueueState& state) {
  const bool moved = state.partitions.size() != partitions_.size();
  bool lost = !server_.history_id.empty() && state.server.history_id != server_.history_id;
  for (std::size_t p = 0; !moved && p < partitions_.size(); ++p) {
    lost = lost || !Follows(static_cast<int>(p), state.partitions[p], 0);
  }
  if (lost || moved) ForgetHistory();
  if (moved) Repartition(state.partitions.size());
  server_ = state.server;
  // What this server says of heads is believed only once it has all of ours: until then
  // positions mean nothing, and Advance finds none.
  partitions_ = state.partitions;
  return PushAgain();
}

// What looked like lost history was this.
void RetainingQueue::Repartition(std::size_t partitions) {
  spdlog::warn(
      "there are {} partitions now, and were {}; {} changes that are not yet known to be in "
      "Postgres are pushed again, to where they belong now",
      partitions, partitions_.size(), window_.size());
  window_.Repartition(static_cast<int>(partitions));
  lost_ = false;
}

absl::Status RetainingQueue::PushAgain() {
  const std::int64_t before = pushed_again_;
  for (int p = 0; p < static_cast<int>(partitions_.size()); ++p) {
    if (auto status = PushAgain(p); !status.ok()) return status;
  }
  placed_ = true;
  const bool was_lost = std::exchange(lost_, false);
  if (was_lost) ++histories_lost_;
  if (was_lost && pushed_again_ != before) {
    repushes_.Report(
        fmt::format("Redis had lost changes that were not yet in Postgres: {} were pushed again",
                    pushed_again_ - before));
  }
  for (int p = 0; p < static_cast<int>(partitions_.size()); ++p) {
    Learn(p, partitions_[static_cast<std::size_t>(p)]);
  }
  return absl::OkStatus();
}

absl::Status RetainingQueue::PushAgain(int partition) {
  while (true) {
    const auto entries = window_.Unplaced(partition, kPushAgainBytes);
    if (entries.empty()) return absl::OkStatus();
    queue::PartitionPush push{partition, {}};
    for (std::string* entry : entries) {
      queue::StampEntry(*entry, push_ids_.Next());
      push.entries.emplace_back(*entry);
    }
    INKWELL_FAILPOINT("ingest-before-push-again");
    const auto states = queue_->Push({&push, 1});
    if (!states.ok()) return states.status();
    const auto& state = states->front();
    if (!state.ok()) return state.status();
    const auto count = static_cast<std::int64_t>(entries.size());
    if (!Follows(partition, *state, count)) return LoseHistory();
    window_.Place(partition, state->End() - count, entries.size());
    partitions_[static_cast<std::size_t>(partition)] = *state;
    pushed_again_ += count;
  }
}

absl::Status RetainingQueue::Look() {
  const auto state = queue_->ReadState();
  if (!state.ok()) return state.status();
  bool lost = state->server.history_id != server_.history_id;
  for (std::size_t p = 0; p < partitions_.size(); ++p) {
    lost = lost || !Follows(static_cast<int>(p), state->partitions[p], 0);
  }
  if (lost) return LoseHistory();
  server_ = state->server;
  for (std::size_t p = 0; p < partitions_.size(); ++p) {
    Learn(static_cast<int>(p), state->partitions[p]);
  }
  return absl::OkStatus();
}

void RetainingQueue::Redirect(std::vector<PartitionedEntry>& entries) const {
  for (auto& entry : entries) {
    if (entry.partitions == partitions()) continue;
    entry.partitions = partitions();
    entry.partition = queue::PartitionOfEntry(entry.change.entry, partitions());
  }
}

// Of the epoch that we know, or not used: push_queue.h says why.
absl::Status RetainingQueue::GiveRevisions(std::vector<PartitionedEntry>& entries) {
  absl::flat_hash_map<int, std::int64_t> wanted;
  for (const auto& entry : entries) {
    if (queue::LacksRevision(entry.change.entry)) ++wanted[entry.partition];
  }
  if (wanted.empty()) return absl::OkStatus();
  std::vector<queue::RevisionRequest> requests;
  for (const auto& [partition, count] : wanted) requests.push_back({partition, count});
  INKWELL_FAILPOINT("ingest-before-draw");
  const auto drawn = queue_->DrawRevisions(requests);
  if (!drawn.ok()) return drawn.status();
  absl::flat_hash_map<int, std::int64_t> next;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const int partition = requests[i].partition;
    const std::uint64_t known_epoch = partitions_[static_cast<std::size_t>(partition)].epoch;
    if ((*drawn)[i].epoch != known_epoch) return LoseHistory();
    next[partition] = (*drawn)[i].first;
  }
  for (auto& entry : entries) {
    if (queue::LacksRevision(entry.change.entry)) {
      entry.revision = next[entry.partition]++;
      queue::SetRevision(entry.change.entry, entry.revision);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<absl::Status>> RetainingQueue::Push(
    std::vector<PartitionedEntry>& entries) {
  Redirect(entries);
  if (auto status = GiveRevisions(entries); !status.ok()) return status;
  const GroupCommit group = MakeGroupCommit(entries, push_ids_);
  INKWELL_FAILPOINT("ingest-before-push");
  const auto states = queue_->Push(group.pushes);
  INKWELL_FAILPOINT("ingest-after-push");
  if (!states.ok()) return states.status();

  bool lost = false;
  std::vector<std::int64_t> next_sequence(group.pushes.size());
  for (std::size_t i = 0; i < group.pushes.size(); ++i) {
    const auto& state = (*states)[i];
    if (!state.ok()) continue;
    const auto count = static_cast<std::int64_t>(group.pushes[i].entries.size());
    lost = lost || !Follows(group.pushes[i].partition, *state, count);
    next_sequence[i] = state->End() - count;
  }
  std::vector<absl::Status> statuses;
  statuses.reserve(entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const std::size_t push = group.push_of[i];
    statuses.push_back((*states)[push].status());
    if (!statuses.back().ok()) continue;
    window_.Add(entries[i].partition, next_sequence[push]++, std::move(entries[i].change));
  }
  if (lost) {
    // The new entries are on the list, and in the window too: with the others they are
    // pushed again, in the right order.
    static_cast<void>(LoseHistory());
    return statuses;
  }
  for (std::size_t i = 0; i < group.pushes.size(); ++i) {
    if ((*states)[i].ok()) Learn(group.pushes[i].partition, *(*states)[i]);
  }
  return statuses;
}

bool RetainingQueue::Follows(int partition, const queue::PartitionState& state,
                             std::int64_t appended) const {
  const auto& known = partitions_[static_cast<std::size_t>(partition)];
  if (known.epoch == 0) return true;  // nothing known yet
  return state.epoch == known.epoch && state.End() - appended >= known.End();
}

void RetainingQueue::Learn(int partition, const queue::PartitionState& state) {
  partitions_[static_cast<std::size_t>(partition)] = state;
  window_.Advance(partition, state.head);
}

void RetainingQueue::ForgetHistory() {
  lost_ = true;
  placed_ = false;
  window_.ForgetPositions();
  for (auto& partition : partitions_) partition = {};
}

absl::Status RetainingQueue::LoseHistory() {
  ForgetHistory();
  // Connecting makes sure of partition count and epochs again.
  queue_->Disconnect();
  return RetryableError(absl::StatusCode::kUnavailable, "HISTORY_LOST",
                        "Redis lost changes that it had, or they belong elsewhere now; pushing "
                        "them again",
                        std::chrono::milliseconds(100));
}

}  // namespace inkwell::ingest
