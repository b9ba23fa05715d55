#include "tests/support/fake_queue.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace inkwell::testing {

void FakeBroker::SetReachable(bool reachable) {
  MutexLock lock(mutex_);
  reachable_ = reachable;
}

void FakeBroker::SetMisconfigured() {
  MutexLock lock(mutex_);
  misconfigured_ = true;
}

void FakeBroker::SetFull(bool full) {
  MutexLock lock(mutex_);
  full_ = full;
}

void FakeBroker::LoseNextAnswer() {
  MutexLock lock(mutex_);
  lose_answer_ = true;
}

void FakeBroker::HoldPushes() {
  MutexLock lock(mutex_);
  holding_ = true;
}

void FakeBroker::ReleasePushes() {
  MutexLock lock(mutex_);
  holding_ = false;
  changed_.NotifyAll();
}

void FakeBroker::AwaitHeldPush() {
  MutexLock lock(mutex_);
  while (!held_) changed_.Wait(mutex_);
}

std::vector<std::string> FakeBroker::Entries(int partition) const {
  MutexLock lock(mutex_);
  return partitions_[static_cast<std::size_t>(partition)].entries;
}

std::int64_t FakeBroker::push_count() const {
  MutexLock lock(mutex_);
  return push_count_;
}

void FakeBroker::Trim(int partition, std::int64_t count) {
  MutexLock lock(mutex_);
  auto& list = At(partition);
  list.entries.erase(list.entries.begin(), list.entries.begin() + count);
  list.head += count;
}

void FakeBroker::Append(int partition, std::string entry) {
  MutexLock lock(mutex_);
  At(partition).entries.push_back(std::move(entry));
}

absl::Status FakeBroker::Check() const {
  if (misconfigured_) return absl::FailedPreconditionError("the queue is configured otherwise");
  if (!reachable_) return absl::UnavailableError("the queue is away");
  return absl::OkStatus();
}

queue::PartitionState FakeBroker::StateOf(const List& list) const {
  return {list.epoch, list.head, static_cast<std::int64_t>(list.entries.size())};
}

void FakeBroker::Wipe() {
  MutexLock lock(mutex_);
  partitions_ = std::vector<List>(partitions_.size());
}

void FakeBroker::RestartEmpty() {
  MutexLock lock(mutex_);
  partitions_ = std::vector<List>(partitions_.size());
  ++life_;
}

void FakeBroker::FreezeReplica() {
  MutexLock lock(mutex_);
  replica_ = partitions_;
}

void FakeBroker::FailOver() {
  MutexLock lock(mutex_);
  partitions_ = replica_;
  ++life_;
}

void FakeBroker::BeginRepartition(int partitions) {
  MutexLock lock(mutex_);
  layout_.lists = std::max(layout_.lists, partitions);
  layout_.repartition_to = partitions;
  partitions_.resize(static_cast<std::size_t>(layout_.lists));
  std::int64_t revision = 0;
  for (const auto& list : partitions_) revision = std::max(revision, list.revision);
  for (auto& list : partitions_) {
    list.epoch = next_epoch_++;
    list.revision = revision;
  }
}

void FakeBroker::FinishRepartition() {
  MutexLock lock(mutex_);
  layout_.partitions = *layout_.repartition_to;
  layout_.repartition_to.reset();
}

void FakeBroker::SetServer(const queue::ServerFacts& server) {
  MutexLock lock(mutex_);
  server_ = server;
}

void FakeBroker::SetDurability(bool fsynced, int replicas) {
  MutexLock lock(mutex_);
  fsynced_ = fsynced;
  replicas_reached_ = replicas;
}

absl::Status FakePushQueue::Check() {
  absl::Status status = broker_.Check();
  if (status.ok() && life_ != broker_.life_) status = absl::UnavailableError("connection lost");
  if (!status.ok()) life_ = 0;
  return status;
}

absl::StatusOr<bool> FakePushQueue::Connect() {
  if (life_ != 0) return false;
  MutexLock lock(broker_.mutex_);
  if (auto status = broker_.Check(); !status.ok()) return status;
  if (broker_.layout_.repartition_to) return queue::Repartitioning(broker_.layout_);
  for (auto& list : broker_.partitions_) {
    if (list.epoch == 0) list.epoch = broker_.next_epoch_++;
  }
  life_ = broker_.life_;
  partitions_ = broker_.layout_.partitions;
  return true;
}

absl::StatusOr<queue::QueueState> FakePushQueue::ReadState() {
  MutexLock lock(broker_.mutex_);
  if (auto status = Check(); !status.ok()) return status;
  if (broker_.layout_.repartition_to || broker_.layout_.partitions != partitions_) {
    life_ = 0;
    return queue::Repartitioning(broker_.layout_);
  }
  queue::QueueState state;
  state.server = broker_.server_;
  state.server.history_id = std::to_string(broker_.life_);
  for (int p = 0; p < partitions_; ++p) state.partitions.push_back(broker_.StateOf(broker_.At(p)));
  return state;
}

absl::StatusOr<std::vector<absl::StatusOr<queue::PartitionState>>> FakePushQueue::Push(
    std::span<const queue::PartitionPush> pushes) {
  MutexLock lock(broker_.mutex_);
  while (broker_.holding_) {
    broker_.held_ = true;
    broker_.changed_.NotifyAll();
    broker_.changed_.Wait(broker_.mutex_);
  }
  broker_.held_ = false;
  if (auto status = Check(); !status.ok()) return status;
  ++broker_.push_count_;
  std::vector<absl::StatusOr<queue::PartitionState>> states;
  for (const auto& push : pushes) {
    if (broker_.full_) {
      states.emplace_back(absl::ResourceExhaustedError("the queue is full"));
      continue;
    }
    auto& list = broker_.At(push.partition);
    list.entries.insert(list.entries.end(), push.entries.begin(), push.entries.end());
    states.emplace_back(broker_.StateOf(list));
  }
  if (std::exchange(broker_.lose_answer_, false)) {
    life_ = 0;
    return absl::UnavailableError("the answer was lost");
  }
  return states;
}

absl::StatusOr<std::vector<queue::DrawnRevisions>> FakePushQueue::DrawRevisions(
    std::span<const queue::RevisionRequest> requests) {
  MutexLock lock(broker_.mutex_);
  if (auto status = Check(); !status.ok()) return status;
  std::vector<queue::DrawnRevisions> drawn;
  for (const auto& [partition, count] : requests) {
    auto& list = broker_.At(partition);
    drawn.push_back({list.epoch, list.revision + 1});
    list.revision += count;
  }
  return drawn;
}

absl::StatusOr<bool> FakePushQueue::AwaitFsync(std::chrono::milliseconds /*timeout*/) {
  MutexLock lock(broker_.mutex_);
  if (auto status = Check(); !status.ok()) return status;
  return broker_.fsynced_;
}

absl::StatusOr<std::int64_t> FakePushQueue::AwaitReplicas(int /*wanted*/,
                                                          std::chrono::milliseconds /*timeout*/) {
  MutexLock lock(broker_.mutex_);
  if (auto status = Check(); !status.ok()) return status;
  return broker_.replicas_reached_;
}

absl::StatusOr<queue::PeekedEntries> FakeDrainQueue::Peek(int partition,
                                                          const queue::PeekLimits& limits) {
  MutexLock lock(broker_.mutex_);
  if (auto status = broker_.Check(); !status.ok()) return status;
  const auto copy = std::make_shared<std::vector<std::string>>();
  std::int64_t bytes = 0;
  for (const auto& entry : broker_.At(partition).entries) {
    bytes += static_cast<std::int64_t>(entry.size());
    const bool over = static_cast<std::int64_t>(copy->size()) >= limits.rows ||
                      (!copy->empty() && bytes > limits.bytes);
    if (over) break;
    copy->push_back(entry);
  }
  return queue::PeekedEntries{{copy->begin(), copy->end()}, {copy}};
}

absl::StatusOr<bool> FakeDrainQueue::CompareAndTrim(int partition, std::int64_t count,
                                                    std::string_view last,
                                                    std::span<const queue::BookEntry> outcomes) {
  MutexLock lock(broker_.mutex_);
  if (auto status = broker_.Check(); !status.ok()) return status;
  auto& list = broker_.At(partition);
  if (static_cast<std::int64_t>(list.entries.size()) < count) return false;
  if (list.entries[static_cast<std::size_t>(count - 1)] != last) return false;
  list.entries.erase(list.entries.begin(), list.entries.begin() + count);
  list.head += count;
  for (const auto& outcome : outcomes) list.books[outcome.field] += outcome.count;
  return true;
}

absl::StatusOr<queue::QueueSnapshot> FakeDrainQueue::ReadSnapshot() {
  MutexLock lock(broker_.mutex_);
  if (auto status = broker_.Check(); !status.ok()) return status;
  queue::QueueSnapshot snapshot;
  snapshot.layout = broker_.layout_;
  snapshot.pause = broker_.pause_;
  for (auto& list : broker_.partitions_) {
    auto& partition = snapshot.partitions.emplace_back();
    partition.epoch = list.epoch;
    partition.head = list.head;
    partition.pending = static_cast<std::int64_t>(list.entries.size());
    if (!list.entries.empty()) partition.oldest = list.entries.front();
    for (std::size_t i = 0; i < queue::kOutcomeFields.size(); ++i) {
      partition.books[i] = list.books[queue::kOutcomeFields[i]];
    }
  }
  return snapshot;
}

absl::StatusOr<std::optional<queue::Pause>> FakeDrainQueue::ReadPause() {
  MutexLock lock(broker_.mutex_);
  if (auto status = broker_.Check(); !status.ok()) return status;
  return broker_.pause_;
}

absl::Status FakeDrainQueue::SetPause(const std::optional<queue::Pause>& pause) {
  MutexLock lock(broker_.mutex_);
  if (auto status = broker_.Check(); !status.ok()) return status;
  broker_.pause_ = pause;
  return absl::OkStatus();
}

}  // namespace inkwell::testing
