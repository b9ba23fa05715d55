#include "services/ingest/push_writer.h"

#include <fmt/core.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <string>
#include <utility>

#include "common/base/errors.h"
#include "common/base/sleep.h"
#include "common/queue/partition.h"

namespace inkwell::ingest {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

absl::Status BacklogFull(int partition, std::int64_t length, std::int64_t limit) {
  return RetryableError(
      absl::StatusCode::kResourceExhausted, "BACKLOG_FULL",
      fmt::format("partition {} has {} changes that are not yet in Postgres, and --max_backlog is "
                  "{}; send again when the flusher has caught up",
                  partition, length, limit),
      milliseconds(1000));
}

absl::Status NotReached(std::string_view what) {
  return RetryableError(
      absl::StatusCode::kUnavailable, "DURABILITY_NOT_REACHED",
      fmt::format("the change is enqueued, but {}; it may still come, and retrying with the same "
                  "comment_id is safe",
                  what),
      milliseconds(500));
}

}  // namespace

PushWriter::PushWriter(const PushWriterOptions& options, std::unique_ptr<queue::PushQueue> queue,
                       IngestMetrics& metrics, OnReachable on_reachable, OnFatal on_fatal)
    : options_(options),
      metrics_(metrics),
      on_reachable_(std::move(on_reachable)),
      on_fatal_(std::move(on_fatal)),
      submissions_(options.limits),
      queue_(std::move(queue), options.partitions, options.retain_bytes),
      destination_(Destination{options.partitions, 0}),
      lengths_(static_cast<std::size_t>(queue::kMaxPartitions)) {}

PushWriter::~PushWriter() { Stop(milliseconds(0)); }

void PushWriter::Start() {
  expirer_ = std::jthread([this](const std::stop_token& stop) {
    while (SleepFor(stop, submissions_.Expire() - steady_clock::now())) {
    }
  });
  writer_ = std::jthread([this](const std::stop_token& stop) { Write(stop); });
}

bool PushWriter::IsFull(int partition) const {
  return lengths_[static_cast<std::size_t>(partition)].load(std::memory_order_relaxed) >=
         options_.max_backlog;
}

absl::Status PushWriter::Submit(std::vector<Submission> submissions) {
  if (auto status = CheckBacklogs(submissions); !status.ok()) return status;
  return submissions_.Submit(std::move(submissions));
}

absl::Status PushWriter::Gather(std::vector<Submission> submissions) {
  if (auto status = CheckBacklogs(submissions); !status.ok()) return status;
  return submissions_.Submit(std::move(submissions), SubmissionQueue::Wake::kLater);
}

absl::Status PushWriter::CheckBacklogs(const std::vector<Submission>& submissions) const {
  for (const auto& submission : submissions) {
    if (auto status = CheckBacklog(submission.partition); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status PushWriter::CheckBacklog(int partition) const {
  const std::int64_t length = lengths_[static_cast<std::size_t>(partition)];
  return IsFull(partition) ? BacklogFull(partition, length, options_.max_backlog)
                           : absl::OkStatus();
}

absl::Status PushWriter::CheckDurability(Durability durability) const {
  const bool asks_redis =
      durability == Durability::kFsynced || durability == Durability::kReplicated;
  if (asks_redis && !has_met_redis_) {
    return RetryableError(absl::StatusCode::kUnavailable, "REDIS_UNAVAILABLE",
                          "Redis was not reached yet, so it is not known whether it can give this "
                          "durability; retry",
                          milliseconds(500));
  }
  std::string why;
  if (durability == Durability::kFsynced && !can_fsync_) {
    why = "Redis keeps no append-only file with appendfsync always, nor has it WAITAOF";
  } else if (durability == Durability::kReplicated && replicas_ < options_.min_replicas) {
    why = fmt::format("Redis has {} replicas, and --min_replicas is {}", replicas_.load(),
                      options_.min_replicas);
  }
  if (why.empty()) return absl::OkStatus();
  return Error(absl::StatusCode::kFailedPrecondition, "DURABILITY_NOT_AVAILABLE",
               fmt::format("this durability can't be given: {}; ask for DURABILITY_ENQUEUED or "
                           "DURABILITY_PERSISTED",
                           why));
}

void PushWriter::Stop(milliseconds timeout) {
  const SteadyTime deadline = steady_clock::now() + timeout;
  submissions_.Close();
  if (writer_.joinable() && submissions_.AwaitPushed(deadline)) {
    // Until Postgres has it all, only Redis has it once we are gone.
    while (retained_ > 0 && steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::min(options_.look_interval, milliseconds(20)));
    }
  }
  for (auto* thread : {&writer_, &expirer_}) {
    thread->request_stop();
    if (thread->joinable()) thread->join();
  }
  submissions_.AnswerRest();
}

// Nothing is left lying: whoever can't have the turn leaves what it gathered to the one who has
// it, and that one looks again after it gave the turn back.
void PushWriter::PushGathered() {
  using Work = SubmissionQueue::Work;
  for (Work work = submissions_.work(); work != Work::kNone; work = submissions_.work()) {
    if (!turn_.try_lock()) return;
    const bool is_quick = work == Work::kQuick && queue_.IsOpen();
    if (is_quick) {
      PushGroup();
      Publish();
    }
    turn_.unlock();
    if (!is_quick) return submissions_.WakeUp();
  }
}

void PushWriter::Write(const std::stop_token& stop) {
  Backoff backoff(options_.reconnect);
  SteadyTime next_look{};
  while (!stop.stop_requested()) {
    submissions_.Await(stop, next_look);
    MutexLock turn(turn_);
    if (!OpenWithBackoff(stop, backoff)) continue;
    PushGroup();
    LookIfDue();
    Publish();
    next_look = next_look_;
  }
  if (retained_ > 0) {
    spdlog::warn("stopped with {} changes that were not yet in Postgres; Redis has them",
                 retained_.load());
  }
}

bool PushWriter::OpenWithBackoff(const std::stop_token& stop, Backoff& backoff) {
  const absl::Status status = queue_.Open();
  if (status.ok()) {
    can_fsync_ = queue_.server().fsync_always || queue_.server().can_await_fsync;
    replicas_ = queue_.server().replicas;
    has_met_redis_ = true;
    Tell(status);
    backoff.Reset();
    return true;
  }
  Tell(status);
  if (absl::IsFailedPrecondition(status)) on_fatal_(status);
  unreachable_.Report(std::string(status.message()));
  submissions_.SetTrouble(status);
  SleepFor(stop, backoff.Next());
  return false;
}

void PushWriter::Tell(const absl::Status& reached) {
  if (!redis_.Update(reached)) return;
  on_reachable_(reached.ok());
  if (reached.ok() && !queue_.server().noeviction) {
    evicts_.Report(
        "Redis' maxmemory-policy is not noeviction: when its memory is full it may throw "
        "away changes that are not yet in Postgres; set maxmemory-policy noeviction");
  }
}

void PushWriter::PushGroup() {
  auto entries = submissions_.TakeGroup();
  // What comes from now on gathers for the next group.
  AdvancePreferredPartition();
  if (!entries.empty()) Push(std::move(entries));
}

void PushWriter::Push(std::vector<PartitionedEntry> entries) {
  const std::vector<Durability> wanted = submissions_.GroupDurabilities();
  const auto statuses = queue_.Push(entries);
  if (!statuses.ok()) {
    unreachable_.Report(std::string(statuses.status().message()));
    submissions_.PutBack(std::move(entries), statuses.status());
    return;
  }
  // Before anything is answered: to Stop, nothing owed and an empty window is the end.
  retained_ = queue_.window().size();
  std::vector<std::int64_t> revisions;
  revisions.reserve(entries.size());
  for (const auto& entry : entries) revisions.push_back(entry.revision);
  const auto waited = submissions_.AnswerPushed(*statuses, revisions);
  const auto taken = static_cast<std::int64_t>(
      std::count_if(statuses->begin(), statuses->end(), [](const auto& s) { return s.ok(); }));
  metrics_.Pushed(taken);
  metrics_.AcksSent(waited, taken);
  AwaitDurability(wanted);
}

void PushWriter::AwaitDurability(const std::vector<Durability>& wanted) {
  const auto somebody_wants = [&wanted](Durability durability) {
    return std::find(wanted.begin(), wanted.end(), durability) != wanted.end();
  };
  absl::Status fsynced;
  absl::Status replicated;
  if (somebody_wants(Durability::kFsynced)) fsynced = AwaitFsync();
  if (somebody_wants(Durability::kReplicated)) replicated = AwaitReplicas();
  submissions_.AnswerGroup(fsynced, replicated);
}

absl::Status PushWriter::AwaitFsync() {
  if (queue_.server().fsync_always) return absl::OkStatus();
  if (!queue_.IsOpen() || !queue_.server().can_await_fsync) {
    return NotReached("Redis went away before it was on its disk");
  }
  const auto synced = queue_.queue().AwaitFsync(options_.durability_timeout);
  if (!synced.ok()) return NotReached("Redis went away before it was on its disk");
  return *synced ? absl::OkStatus() : NotReached("Redis did not get it onto its disk in time");
}

absl::Status PushWriter::AwaitReplicas() {
  if (!queue_.IsOpen()) return NotReached("Redis went away before its replicas had it");
  const auto replicas =
      queue_.queue().AwaitReplicas(options_.min_replicas, options_.durability_timeout);
  if (!replicas.ok()) return NotReached("Redis went away before its replicas had it");
  if (*replicas >= options_.min_replicas) return absl::OkStatus();
  return NotReached(
      fmt::format("only {} of {} replicas had it in time", *replicas, options_.min_replicas));
}

void PushWriter::LookIfDue() {
  const SteadyTime now = steady_clock::now();
  if (now < next_look_) return;
  next_look_ = now + options_.look_interval;
  if (!queue_.IsOpen()) return;
  const absl::Status status = queue_.Look();
  if (!status.ok()) unreachable_.Report(std::string(status.message()));
}

void PushWriter::Publish() {
  submissions_.AnswerPersisted(queue_.window().TakeEndedWaits());
  retained_ = queue_.window().size();
  // Those that are no partitions any more too, or they would look full for ever.
  for (int p = 0; p < std::max(queue_.partitions(), published_partitions_); ++p) {
    lengths_[static_cast<std::size_t>(p)].store(queue_.LengthOf(p), std::memory_order_relaxed);
  }
  published_partitions_ = queue_.partitions();
  TellMetrics();
}

void PushWriter::TellMetrics() {
  RetainedWindow& window = queue_.window();
  if (window.dropped() > told_.dropped) {
    overflow_.Report(
        fmt::format("the window of changes that are not yet in Postgres is full "
                    "(--retain_bytes): {} so far are in Redis alone",
                    window.dropped()));
    metrics_.WindowDropped(window.dropped() - told_.dropped);
  }
  if (queue_.pushed_again() > told_.pushed_again) {
    metrics_.Repushed(queue_.pushed_again() - told_.pushed_again);
  }
  for (std::int64_t i = told_.histories_lost; i < queue_.histories_lost(); ++i) {
    metrics_.HistoryLost();
  }
  told_ = {window.dropped(), queue_.pushed_again(), queue_.histories_lost()};
  metrics_.WindowBytes(window.bytes());
  metrics_.QueueBytes(submissions_.waiting_bytes());
  metrics_.SetNoEviction(queue_.server().noeviction);
}

void PushWriter::AdvancePreferredPartition() {
  const int partitions = queue_.partitions();
  int next = destination().preferred;
  for (int i = 0; i < partitions; ++i) {
    next = (next + 1) % partitions;
    if (!IsFull(next)) break;
  }
  destination_.store({partitions, next}, std::memory_order_relaxed);
}

}  // namespace inkwell::ingest
