#include "services/ingest/submission_queue.h"

#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <utility>

#include "common/base/errors.h"
#include "common/queue/layout.h"

namespace inkwell::ingest {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// What an entry costs beside its text, so that many small ones are bounded too.
constexpr std::int64_t kEntryOverheadBytes = 128;

std::int64_t Cost(const std::string& entry) {
  return static_cast<std::int64_t>(entry.size()) + kEntryOverheadBytes;
}

bool IsPatient(Durability durability) {
  return durability == Durability::kFsynced || durability == Durability::kReplicated;
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

absl::Status TooLate() {
  return Error(absl::StatusCode::kDeadlineExceeded, "DEADLINE_EXCEEDED",
               "the call's deadline passed before Redis could be reached");
}

absl::Status NotYetPersisted() {
  return RetryableError(absl::StatusCode::kUnavailable, "NOT_YET_PERSISTED",
                        "the change is enqueued, but was not yet in Postgres when the wait for it "
                        "ended; it will come, and retrying with the same comment_id is safe",
                        milliseconds(1000));
}

}  // namespace

absl::Status SubmissionQueue::Submit(std::vector<Submission> submissions, Wake wake) {
  std::int64_t cost = 0;
  for (const auto& submission : submissions) cost += Cost(submission.entry);
  const SteadyTime expires = steady_clock::now() + limits_.ack_timeout;

  MutexLock lock(mutex_);
  if (closed_) return ShuttingDown();
  if (waiting_bytes_ + cost > limits_.max_queue_bytes) return QueueFull(limits_.max_queue_bytes);
  const bool was_empty = waiting_.empty();
  waiting_bytes_ += cost;
  for (auto& submission : submissions) {
    if (IsPatient(submission.durability)) ++waiting_patient_;
    waiting_.push_back(
        {{submission.partition, submission.partitions, {std::move(submission.entry), 0}},
         submission.durability,
         submission.caller_deadline,
         {submission.sink, submission.index, expires}});
  }
  if (was_empty && wake == Wake::kNow) changed_.NotifyAll();
  return absl::OkStatus();
}

SubmissionQueue::Work SubmissionQueue::work() const {
  MutexLock lock(mutex_);
  if (waiting_.empty()) return Work::kNone;
  return waiting_patient_ > 0 ? Work::kPatient : Work::kQuick;
}

void SubmissionQueue::Await(const std::stop_token& stop, SteadyTime deadline) {
  MutexLock lock(mutex_);
  while (waiting_.empty() && !woken_ && !stop.stop_requested() && steady_clock::now() < deadline) {
    changed_.WaitUntil(mutex_, stop, deadline);
  }
  woken_ = false;
}

void SubmissionQueue::WakeUp() {
  MutexLock lock(mutex_);
  woken_ = true;
  changed_.NotifyAll();
}

std::vector<PartitionedEntry> SubmissionQueue::TakeGroup() {
  Answers too_late;
  std::vector<PartitionedEntry> entries;
  {
    MutexLock lock(mutex_);
    entries = TakeGroup(too_late);
    NotifyIfIdle();
  }
  Send(too_late);
  return entries;
}

std::vector<PartitionedEntry> SubmissionQueue::TakeGroup(Answers& answers) {
  std::vector<PartitionedEntry> entries;
  const SteadyTime now = steady_clock::now();
  std::int64_t bytes = 0;
  while (!waiting_.empty() && entries.size() < limits_.max_group_entries &&
         bytes < limits_.max_group_bytes) {
    Waiting& next = waiting_.front();
    const std::int64_t cost = Cost(next.entry.change.entry);
    if (next.caller_deadline <= now) {
      answers.push_back({next.ack, TooLate()});
    } else {
      bytes += cost;
      if (next.durability == Durability::kPersisted) next.entry.change.wait = ++last_wait_;
      in_flight_.push_back(
          {next.durability, next.caller_deadline, next.ack, next.entry.change.wait});
      entries.push_back(std::move(next.entry));
    }
    waiting_bytes_ -= cost;
    if (IsPatient(next.durability)) --waiting_patient_;
    waiting_.pop_front();
  }
  return entries;
}

std::vector<Durability> SubmissionQueue::GroupDurabilities() const {
  std::vector<Durability> durabilities;
  MutexLock lock(mutex_);
  for (const auto& flying : in_flight_) durabilities.push_back(flying.durability);
  return durabilities;
}

void SubmissionQueue::PutBack(std::vector<PartitionedEntry> entries, const absl::Status& why) {
  MutexLock lock(mutex_);
  trouble_ = why;
  for (std::size_t i = entries.size(); i-- > 0;) {
    const InFlight& flying = in_flight_[i];
    if (flying.ack.sink == nullptr) continue;
    waiting_bytes_ += Cost(entries[i].change.entry);
    if (IsPatient(flying.durability)) ++waiting_patient_;
    waiting_.push_front(
        {std::move(entries[i]), flying.durability, flying.caller_deadline, flying.ack});
  }
  in_flight_.clear();
  NotifyIfIdle();
}

std::chrono::nanoseconds SubmissionQueue::AnswerPushed(const std::vector<absl::Status>& statuses,
                                                       const std::vector<std::int64_t>& revisions) {
  Answers answers;
  std::chrono::nanoseconds waited{};
  {
    MutexLock lock(mutex_);
    trouble_ = absl::OkStatus();
    const SteadyTime now = steady_clock::now();
    waited = now - (in_flight_.front().ack.expires - limits_.ack_timeout);
    for (std::size_t i = 0; i < in_flight_.size(); ++i) {
      InFlight& flying = in_flight_[i];
      flying.revision = revisions[i];
      if (flying.ack.sink == nullptr) continue;
      if (!statuses[i].ok() || flying.durability == Durability::kEnqueued) {
        answers.push_back({flying.ack, statuses[i], flying.revision});
        flying.ack.sink = nullptr;
      } else if (flying.durability == Durability::kPersisted) {
        flying.ack.expires = std::min(flying.caller_deadline, now + limits_.persist_timeout);
        persisting_.emplace(flying.wait, Persisting{flying.ack, flying.revision});
        flying.ack.sink = nullptr;
      }
    }
  }
  Send(answers);
  return waited;
}

void SubmissionQueue::AnswerGroup(const absl::Status& fsynced, const absl::Status& replicated) {
  Answers answers;
  {
    MutexLock lock(mutex_);
    for (const auto& flying : in_flight_) {
      if (flying.ack.sink == nullptr) continue;
      const bool disk = flying.durability == Durability::kFsynced;
      answers.push_back({flying.ack, disk ? fsynced : replicated, flying.revision});
    }
    in_flight_.clear();
    NotifyIfIdle();
  }
  Send(answers);
}

void SubmissionQueue::AnswerPersisted(const std::vector<EndedWait>& ended) {
  Answers answers;
  {
    MutexLock lock(mutex_);
    for (const auto& [wait, persisted] : ended) {
      const auto found = persisting_.find(wait);
      if (found == persisting_.end()) continue;
      answers.push_back({found->second.ack, persisted ? absl::OkStatus() : NotYetPersisted(),
                         found->second.revision});
      persisting_.erase(found);
    }
  }
  Send(answers);
}

std::int64_t SubmissionQueue::waiting_bytes() const {
  MutexLock lock(mutex_);
  return waiting_bytes_;
}

void SubmissionQueue::SetTrouble(const absl::Status& why) {
  MutexLock lock(mutex_);
  trouble_ = why;
}

SteadyTime SubmissionQueue::Expire() {
  Answers expired;
  SteadyTime next;
  {
    MutexLock lock(mutex_);
    const SteadyTime now = steady_clock::now();
    TakeExpired(now, expired);
    next = NextExpiry(now);
    NotifyIfIdle();
  }
  Send(expired);
  return next;
}

void SubmissionQueue::TakeExpired(SteadyTime now, Answers& answers) {
  for (auto& flying : in_flight_) {
    if (flying.ack.sink == nullptr || flying.ack.expires > now) continue;
    answers.push_back({flying.ack, Expired()});
    flying.ack.sink = nullptr;
  }
  while (!waiting_.empty() && waiting_.front().ack.expires <= now) {
    answers.push_back({waiting_.front().ack, Expired()});
    waiting_bytes_ -= Cost(waiting_.front().entry.change.entry);
    if (IsPatient(waiting_.front().durability)) --waiting_patient_;
    waiting_.pop_front();
  }
  absl::erase_if(persisting_, [&](const auto& persisting) {
    if (persisting.second.ack.expires > now) return false;
    answers.push_back({persisting.second.ack, NotYetPersisted(), persisting.second.revision});
    return true;
  });
}

// Nothing submitted later can expire before ack_timeout from now, so nobody need wake
// whoever waits for this.
SteadyTime SubmissionQueue::NextExpiry(SteadyTime now) const {
  SteadyTime next = now + limits_.ack_timeout;
  for (const auto& flying : in_flight_) {
    if (flying.ack.sink != nullptr) next = std::min(next, flying.ack.expires);
  }
  for (const auto& [wait, persisting] : persisting_) {
    next = std::min(next, persisting.ack.expires);
  }
  if (!waiting_.empty()) next = std::min(next, waiting_.front().ack.expires);
  return next;
}

void SubmissionQueue::Close() {
  MutexLock lock(mutex_);
  closed_ = true;
}

bool SubmissionQueue::AwaitPushed(SteadyTime deadline) {
  MutexLock lock(mutex_);
  while ((!waiting_.empty() || !in_flight_.empty()) && steady_clock::now() < deadline) {
    emptied_.WaitUntil(mutex_, deadline);
  }
  return waiting_.empty() && in_flight_.empty();
}

void SubmissionQueue::AnswerRest() {
  Answers answers;
  {
    MutexLock lock(mutex_);
    for (const auto& waiting : waiting_) answers.push_back({waiting.ack, ShuttingDown()});
    for (const auto& [wait, persisting] : persisting_) {
      answers.push_back({persisting.ack, NotYetPersisted(), persisting.revision});
    }
    waiting_.clear();
    waiting_bytes_ = 0;
    waiting_patient_ = 0;
    persisting_.clear();
  }
  Send(answers);
}

void SubmissionQueue::NotifyIfIdle() {
  if (waiting_.empty() && in_flight_.empty()) emptied_.NotifyAll();
}

absl::Status SubmissionQueue::Expired() const {
  const std::string why =
      trouble_.ok() ? "Redis did not answer in time" : std::string(trouble_.message());
  const bool repartitioning = ReasonOf(trouble_) == queue::kRepartitioning;
  return RetryableError(
      absl::StatusCode::kUnavailable, repartitioning ? queue::kRepartitioning : "REDIS_UNAVAILABLE",
      fmt::format("{}; the change may still come, so retry with the same comment_id", why),
      milliseconds(500));
}

void SubmissionQueue::Send(const Answers& answers) {
  for (auto first = answers.begin(); first != answers.end();) {
    AckSink* const sink = first->ack.sink;
    const auto last =
        std::find_if(first, answers.end(), [sink](const auto& a) { return a.ack.sink != sink; });
    sink->OnAnswers({first, last});
    first = last;
  }
}

}  // namespace inkwell::ingest
