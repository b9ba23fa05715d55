// One lane of the load: a call at a time, its retries included.
#pragma once

#include <grpcpp/alarm.h>
#include <grpcpp/client_context.h>

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <vector>

#include "common/base/backoff.h"
#include "common/base/clock.h"
#include "inkwell/v1/comment_service.grpc.pb.h"
#include "tests/load/acknowledged_log.h"
#include "tests/load/outcome.h"
#include "tests/load/tally.h"

namespace inkwell::load {

// Not thread-safe: after Start, the next touch is from the done callback. What it
// points to must outlive it.
class Call {
 public:
  using Stub = v1::CommentService::Stub;
  using Done = std::function<void(Call&)>;

  struct Options {
    bool batch = false;
    std::chrono::milliseconds timeout{10'000};
    std::chrono::milliseconds retry_for{0};  // since the first attempt; 0: no retries
  };

  // `stop` ends retrying, not the attempt under way.
  Call(Stub* stub, const Options& options, Tally* tally, AcknowledgedLog* log, Done done,
       std::stop_token stop);

  // Sends `comments` (at least one; without `batch` exactly one) and returns. Once
  // each is acknowledged or given up, and tallied, calls `done` on a thread of
  // gRPC's; `done` may start the next. Latency counts from `due`.
  void Start(std::vector<v1::Comment> comments, SteadyTime due);

 private:
  void Attempt();
  void Settle(const grpc::Status& status);
  void Retry(const grpc::Status& status);
  [[nodiscard]] bool MayRetry(absl::StatusCode code) const;

  Stub* const stub_;
  const Options options_;
  Tally* const tally_;
  AcknowledgedLog* const log_;
  const Done done_;
  const std::stop_token stop_;

  v1::BatchCreateCommentsRequest request_;  // what is not settled yet; a unary call sends the first
  v1::CreateCommentResponse unary_response_;
  v1::BatchCreateCommentsResponse batch_response_;
  std::optional<grpc::ClientContext> context_;
  std::optional<grpc::Alarm> alarm_;
  Backoff backoff_;
  SteadyTime due_;
  SteadyTime retry_until_;
  bool any_acknowledged_ = false;
};

}  // namespace inkwell::load
