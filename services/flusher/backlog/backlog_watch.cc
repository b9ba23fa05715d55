#include "services/flusher/backlog/backlog_watch.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "common/base/errors.h"

namespace inkwell::flusher {
namespace {

absl::Status Stopped() {
  return RetryableError(absl::StatusCode::kUnavailable, "SHUTTING_DOWN",
                        "this flusher is shutting down", std::chrono::milliseconds(500));
}

}  // namespace

BacklogWatch::BacklogWatch(const Options& options, std::unique_ptr<queue::DrainQueue> queue,
                           const Clock& clock, BacklogMetrics& metrics, OnLook on_look,
                           OnLong on_long, OnFatal on_fatal)
    : options_(options),
      queue_(std::move(queue)),
      clock_(clock),
      metrics_(metrics),
      on_look_(std::move(on_look)),
      on_long_(std::move(on_long)),
      on_fatal_(std::move(on_fatal)) {}

BacklogWatch::~BacklogWatch() { Stop(); }

void BacklogWatch::Start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { Watch(stop); });
}

void BacklogWatch::Read(OnRead on_read) {
  {
    MutexLock lock(mutex_);
    if (!stopped_) {
      readers_.push_back(std::move(on_read));
      changed_.NotifyAll();
      return;
    }
  }
  on_read(Stopped());
}

void BacklogWatch::Stop() {
  std::vector<OnRead> unanswered;
  {
    MutexLock lock(mutex_);
    stopped_ = true;
    unanswered.swap(readers_);
  }
  for (const auto& on_read : unanswered) on_read(Stopped());
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void BacklogWatch::Watch(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto readers = AwaitReaders(stop);
    const auto backlog = ReadNow();
    redis_.Update(backlog.status());  // what keeps failing, the flush logs
    on_look_(backlog.ok());
    metrics_.Looked(backlog);
    for (const auto& on_read : readers) on_read(backlog);
    if (backlog.ok()) {
      LogLayout(backlog->layout);
      RaiseAlarm(*backlog);
    }
    if (absl::IsFailedPrecondition(backlog.status())) {
      on_fatal_(backlog.status());
      return;
    }
  }
}

std::vector<BacklogWatch::OnRead> BacklogWatch::AwaitReaders(const std::stop_token& stop) {
  const SteadyTime next = std::chrono::steady_clock::now() + options_.interval;
  MutexLock lock(mutex_);
  while (readers_.empty() && !stop.stop_requested() && std::chrono::steady_clock::now() < next) {
    changed_.WaitUntil(mutex_, stop, next);
  }
  return std::exchange(readers_, {});
}

absl::StatusOr<Backlog> BacklogWatch::ReadNow() {
  const auto snapshot = queue_->ReadSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  return ToBacklog(*snapshot, clock_.Now());
}

void BacklogWatch::LogLayout(const queue::Layout& layout) {
  if (layout_ && layout_->partitions != layout.partitions) {
    spdlog::warn("there are {} partitions now, and were {}; {} lists are drained",
                 layout.partitions, layout_->partitions, layout.lists);
  }
  layout_ = layout;
}

void BacklogWatch::RaiseAlarm(const Backlog& backlog) const {
  if (std::any_of(backlog.partitions.begin(), backlog.partitions.end(),
                  [this](const PartitionBacklog& partition) {
                    return partition.pending > options_.alarm_length;
                  })) {
    on_long_();
  }
}

}  // namespace inkwell::flusher
