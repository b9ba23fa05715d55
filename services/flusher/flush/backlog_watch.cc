#include "services/flusher/flush/backlog_watch.h"

#include <algorithm>
#include <utility>

#include "common/base/errors.h"
#include "common/queue/change_codec.h"

namespace inkwell::flusher {
namespace {

using std::chrono::microseconds;

microseconds LagOf(const queue::Backlog& backlog, WallTime now) {
  queue::v1::Change oldest;
  if (!backlog.oldest || !queue::DecodeEntry(*backlog.oldest, oldest).ok()) return microseconds(0);
  // Another machine's clock may be ahead of ours.
  return std::max(microseconds(0), now.time_since_epoch() - microseconds(oldest.accept_time_us()));
}

absl::Status Stopped() {
  return RetryableError(absl::StatusCode::kUnavailable, "SHUTTING_DOWN",
                        "this flusher is shutting down", std::chrono::milliseconds(500));
}

}  // namespace

BacklogWatch::BacklogWatch(const Options& options, std::unique_ptr<queue::DrainQueue> queue,
                           const Clock& clock, OnLong on_long, OnFatal on_fatal)
    : options_(options),
      queue_(std::move(queue)),
      clock_(clock),
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
    const auto backlogs = ReadNow();
    for (const auto& on_read : readers) on_read(backlogs);
    if (backlogs.ok()) RaiseAlarm(*backlogs);
    if (absl::IsFailedPrecondition(backlogs.status())) {
      on_fatal_(backlogs.status());
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

absl::StatusOr<std::vector<PartitionBacklog>> BacklogWatch::ReadNow() {
  const auto backlogs = queue_->ReadBacklogs();
  if (!backlogs.ok()) return backlogs.status();
  const WallTime now = clock_.Now();
  std::vector<PartitionBacklog> read;
  read.reserve(backlogs->size());
  for (const auto& backlog : *backlogs) read.push_back({backlog.pending, LagOf(backlog, now)});
  return read;
}

void BacklogWatch::RaiseAlarm(const std::vector<PartitionBacklog>& backlogs) const {
  if (std::any_of(backlogs.begin(), backlogs.end(), [this](const PartitionBacklog& backlog) {
        return backlog.pending > options_.alarm_length;
      })) {
    on_long_();
  }
}

}  // namespace inkwell::flusher
