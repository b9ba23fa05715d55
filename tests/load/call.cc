#include "tests/load/call.h"

#include <algorithm>
#include <utility>

namespace inkwell::load {
namespace {

// However long a server asks to be left alone, the run goes on.
constexpr std::chrono::milliseconds kRetryDelayMost{10'000};

}  // namespace

Call::Call(Stub* stub, const Options& options, Tally* tally, AcknowledgedLog* log, Done done,
           std::stop_token stop)
    : stub_(stub),
      options_(options),
      tally_(tally),
      log_(log),
      done_(std::move(done)),
      stop_(std::move(stop)) {}

void Call::Start(std::vector<v1::Comment> comments, SteadyTime due) {
  request_.Clear();
  for (auto& comment : comments) {
    *request_.add_requests()->mutable_comment() = std::move(comment);
  }
  backoff_.Reset();
  due_ = due;
  retry_until_ = std::chrono::steady_clock::now() + options_.retry_for;
  any_acknowledged_ = false;
  tally_->Sent(request_.requests_size());
  Attempt();
}

void Call::Attempt() {
  context_.emplace();
  context_->set_deadline(std::chrono::system_clock::now() + options_.timeout);
  auto settle = [this](const grpc::Status& status) { Settle(status); };
  if (options_.batch) {
    stub_->async()->BatchCreateComments(&*context_, &request_, &batch_response_, settle);
  } else {
    stub_->async()->CreateComment(&*context_, &request_.requests(0), &unary_response_, settle);
  }
}

void Call::Settle(const grpc::Status& status) {
  v1::BatchCreateCommentsRequest again;
  std::int64_t acknowledged = 0;
  const int requests = request_.requests_size();
  for (int i = 0; i < requests; ++i) {
    const Outcome outcome = options_.batch ? OutcomeOf(status, batch_response_, i, requests)
                                           : OutcomeOf(status, unary_response_);
    if (outcome.code == absl::StatusCode::kOk) {
      log_->Add(outcome.comment_id);
      ++acknowledged;
    } else if (MayRetry(outcome.code)) {
      again.add_requests()->Swap(request_.mutable_requests(i));
    } else {
      tally_->Failed(outcome.code, outcome.message);
    }
  }
  tally_->Acknowledged(acknowledged);
  any_acknowledged_ = any_acknowledged_ || acknowledged > 0;
  request_ = std::move(again);
  if (request_.requests_size() > 0) {
    Retry(status);
    return;
  }
  if (any_acknowledged_) tally_->Latency(std::chrono::steady_clock::now() - due_);
  done_(*this);
}

bool Call::MayRetry(absl::StatusCode code) const {
  return IsWorthRetrying(code) && !stop_.stop_requested() &&
         std::chrono::steady_clock::now() < retry_until_;
}

void Call::Retry(const grpc::Status& status) {
  tally_->Retried(request_.requests_size());
  const auto asked = RetryDelay(status);
  const auto delay = asked ? std::min(*asked, kRetryDelayMost) : backoff_.Next();
  alarm_.emplace();
  alarm_->Set(std::chrono::system_clock::now() + delay, [this](bool) { Attempt(); });
}

}  // namespace inkwell::load
