#include "services/ingest/push_writer.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "common/base/errors.h"
#include "common/base/failpoint.h"
#include "common/base/sleep.h"

namespace inkwell::ingest {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// What an entry costs beside its text, so that many small ones are bounded too.
constexpr std::int64_t kEntryOverheadBytes = 128;

std::int64_t Cost(const std::string& entry) {
  return static_cast<std::int64_t>(entry.size()) + kEntryOverheadBytes;
}

absl::Status QueueFull(std::int64_t limit_bytes) {
  return RetryableError(absl::StatusCode::kResourceExhausted, "QUEUE_FULL",
                        fmt::format("{} bytes of changes already wait for Redis, which is all that "
                                    "--max_queue_bytes allows; send slower",
                                    limit_bytes),
                        milliseconds(200));
}

absl::Status ShuttingDown() {
  return RetryableError(absl::StatusCode::kUnavailable, "SHUTTING_DOWN",
                        "this server is shutting down; retry with the same comment_id",
                        milliseconds(100));
}

}  // namespace

PushWriter::PushWriter(const PushWriterOptions& options, std::unique_ptr<queue::PushQueue> queue,
                       OnReachable on_reachable, OnFatal on_fatal)
    : options_(options),
      queue_(std::move(queue)),
      on_reachable_(std::move(on_reachable)),
      on_fatal_(std::move(on_fatal)) {}

PushWriter::~PushWriter() { Stop(milliseconds(0)); }

void PushWriter::Start() {
  expirer_ = std::jthread([this](const std::stop_token& stop) { Expire(stop); });
  writer_ = std::jthread([this](const std::stop_token& stop) { Write(stop); });
}

absl::Status PushWriter::Submit(std::vector<Submission> submissions) {
  std::int64_t cost = 0;
  for (const auto& submission : submissions) cost += Cost(submission.entry);
  const SteadyTime expires = steady_clock::now() + options_.ack_timeout;

  MutexLock lock(mutex_);
  if (stopping_) return ShuttingDown();
  if (waiting_bytes_ + cost > options_.max_queue_bytes) return QueueFull(options_.max_queue_bytes);
  const bool was_idle = waiting_.empty();
  waiting_bytes_ += cost;
  for (auto& submission : submissions) {
    waiting_.push_back({{submission.partition, std::move(submission.entry)},
                        submission.caller_deadline,
                        {submission.sink, submission.index, expires}});
  }
  if (was_idle) changed_.NotifyAll();
  return absl::OkStatus();
}

void PushWriter::Stop(milliseconds timeout) {
  const SteadyTime deadline = steady_clock::now() + timeout;
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    while ((!waiting_.empty() || !in_flight_.empty()) && steady_clock::now() < deadline) {
      changed_.WaitUntil(mutex_, deadline);
    }
  }
  for (auto* thread : {&writer_, &expirer_}) {
    thread->request_stop();
    if (thread->joinable()) thread->join();
  }
  std::vector<Answer> unanswered;
  {
    MutexLock lock(mutex_);
    for (auto& waiting : waiting_) {
      if (waiting.ack.sink != nullptr) unanswered.push_back({waiting.ack, ShuttingDown()});
    }
    waiting_.clear();
    waiting_bytes_ = 0;
  }
  Send(unanswered);
}

// ---- the writer thread

void PushWriter::Write(const std::stop_token& stop) {
  Backoff backoff(options_.reconnect);
  while (!stop.stop_requested()) {
    if (!ConnectWithBackoff(stop, backoff)) continue;
    auto entries = TakeGroup(stop);
    if (!entries.empty()) Push(entries);
  }
}

bool PushWriter::ConnectWithBackoff(const std::stop_token& stop, Backoff& backoff) {
  const absl::Status status = queue_->Connect();
  SetReachable(status.ok());
  if (status.ok()) {
    backoff.Reset();
    return true;
  }
  if (absl::IsFailedPrecondition(status)) on_fatal_(status);
  unreachable_.Report(std::string(status.message()));
  {
    MutexLock lock(mutex_);
    last_error_ = status;
  }
  SleepFor(stop, backoff.Next());
  return false;
}

void PushWriter::SetReachable(bool reachable) {
  if (reachable_ == reachable) return;
  reachable_ = reachable;
  on_reachable_(reachable);
}

std::vector<PartitionedEntry> PushWriter::TakeGroup(const std::stop_token& stop) {
  std::vector<Answer> too_late;
  std::vector<PartitionedEntry> entries;
  {
    MutexLock lock(mutex_);
    while (waiting_.empty() && !stop.stop_requested()) changed_.Wait(mutex_, stop);
    const SteadyTime now = steady_clock::now();
    std::int64_t bytes = 0;
    while (!waiting_.empty() && entries.size() < options_.max_group_entries &&
           bytes < options_.max_group_bytes) {
      Waiting& next = waiting_.front();
      const std::int64_t cost = Cost(next.entry.entry);
      if (next.caller_deadline <= now) {
        too_late.push_back(
            {next.ack, Error(absl::StatusCode::kDeadlineExceeded, "DEADLINE_EXCEEDED",
                             "the call's deadline passed before Redis could be reached")});
      } else {
        bytes += cost;
        entries.push_back(std::move(next.entry));
        in_flight_.push_back({{}, next.caller_deadline, next.ack});
      }
      waiting_bytes_ -= cost;
      waiting_.pop_front();
    }
    // What comes from now on gathers for the next group.
    preferred_partition_.store((PreferredPartition() + 1) % options_.partitions,
                               std::memory_order_relaxed);
    if (entries.empty()) changed_.NotifyAll();
  }
  Send(too_late);
  return entries;
}

void PushWriter::Push(std::vector<PartitionedEntry>& entries) {
  const GroupCommit group = MakeGroupCommit(entries, push_ids_);
  INKWELL_FAILPOINT("ingest-before-push");
  const auto receipts = queue_->Push(group.pushes);
  INKWELL_FAILPOINT("ingest-after-push");
  if (receipts.ok()) {
    AnswerGroup(group, *receipts);
    return;
  }
  unreachable_.Report(std::string(receipts.status().message()));
  {
    MutexLock lock(mutex_);
    last_error_ = receipts.status();
  }
  PutBack(entries);
}

// To the front and in order, so that a comment's changes stay in order. What expired
// meanwhile is dropped: its caller was told that it may or may not come.
void PushWriter::PutBack(std::vector<PartitionedEntry>& entries) {
  MutexLock lock(mutex_);
  for (std::size_t i = entries.size(); i-- > 0;) {
    if (in_flight_[i].ack.sink == nullptr) continue;
    waiting_bytes_ += Cost(entries[i].entry);
    in_flight_[i].entry = std::move(entries[i]);
    waiting_.push_front(std::move(in_flight_[i]));
  }
  in_flight_.clear();
  changed_.NotifyAll();
}

void PushWriter::AnswerGroup(const GroupCommit& group,
                             const std::vector<absl::StatusOr<queue::PushReceipt>>& receipts) {
  std::vector<Answer> answers;
  {
    MutexLock lock(mutex_);
    answers.reserve(in_flight_.size());
    for (std::size_t i = 0; i < in_flight_.size(); ++i) {
      if (in_flight_[i].ack.sink == nullptr) continue;
      answers.push_back({in_flight_[i].ack, receipts[group.push_of[i]].status()});
    }
    in_flight_.clear();
    last_error_ = absl::OkStatus();
    changed_.NotifyAll();
  }
  Send(answers);
}

// ---- the expirer thread: it answers in time even while the writer is stuck in I/O

void PushWriter::Expire(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    std::vector<Answer> expired;
    SteadyTime next;
    {
      MutexLock lock(mutex_);
      const SteadyTime now = steady_clock::now();
      expired = TakeExpired(now);
      // Nothing submitted later can expire before this, so nobody need wake us.
      next = now + options_.ack_timeout;
      for (const auto& flying : in_flight_) {
        if (flying.ack.sink != nullptr) next = std::min(next, flying.ack.expires);
      }
      if (!waiting_.empty()) next = std::min(next, waiting_.front().ack.expires);
    }
    Send(expired);
    SleepFor(stop, next - steady_clock::now());
  }
}

std::vector<PushWriter::Answer> PushWriter::TakeExpired(SteadyTime now) {
  std::vector<Answer> expired;
  for (auto& flying : in_flight_) {
    if (flying.ack.sink == nullptr || flying.ack.expires > now) continue;
    expired.push_back({flying.ack, TimeoutStatus()});
    flying.ack.sink = nullptr;
  }
  while (!waiting_.empty() && waiting_.front().ack.expires <= now) {
    expired.push_back({waiting_.front().ack, TimeoutStatus()});
    RemoveFront();
  }
  return expired;
}

void PushWriter::RemoveFront() {
  waiting_bytes_ -= Cost(waiting_.front().entry.entry);
  waiting_.pop_front();
  if (waiting_.empty()) changed_.NotifyAll();
}

absl::Status PushWriter::TimeoutStatus() const {
  const std::string why =
      last_error_.ok() ? "Redis did not answer in time" : std::string(last_error_.message());
  return RetryableError(
      absl::StatusCode::kUnavailable, "REDIS_UNAVAILABLE",
      fmt::format("{}; the change may still come, so retry with the same comment_id", why),
      milliseconds(500));
}

void PushWriter::Send(const std::vector<Answer>& answers) {
  for (const auto& [ack, status] : answers) ack.sink->OnAck(ack.index, status);
}

}  // namespace inkwell::ingest
