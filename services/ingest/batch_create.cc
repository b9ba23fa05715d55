#include "services/ingest/batch_create.h"

#include <fmt/core.h>

#include <atomic>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "common/base/errors.h"
#include "common/base/proto_time.h"
#include "common/queue/change_codec.h"
#include "services/ingest/accept.h"
#include "services/ingest/caller_deadline.h"

namespace inkwell::ingest {
namespace {

void SetFailure(v1::ChangeResult& result, const absl::Status& status) {
  result.set_code(static_cast<int>(status.code()));
  result.set_message(std::string(status.message()));
  result.clear_accept_time();
}

absl::StatusOr<Durability> CheckMember(const CallContext& context,
                                       const v1::CreateCommentRequest& request, int at) {
  const auto violations = CheckCreate(request, context.limits, fmt::format("requests[{}].", at));
  if (!violations.empty()) return InvalidFields(violations);
  return AvailableDurability(context, request.durability());
}

// A batch between its request and its answer, which deletes it.
class BatchCall final : public AckSink {
 public:
  BatchCall(const CallContext& context, OpenCall& call, CallRecord record,
            v1::BatchCreateCommentsResponse& response)
      : context_(context), call_(call), record_(std::move(record)), response_(response) {}

  void Start(const v1::BatchCreateCommentsRequest& request) {
    std::vector<Submission> submissions = Accept(request);
    // Set before anyone can answer.
    const std::size_t count = unanswered_ = submissions.size();
    if (submissions.empty()) return End(absl::OkStatus());
    const absl::Status status = context_.writer.Gather(std::move(submissions));
    // If they were taken, the last answer may have come already, and this be gone.
    if (status.ok()) return;
    context_.metrics.Refused(status, static_cast<std::int64_t>(count));
    End(status);
  }

  // Each result is touched by the thread that answers it alone; the one that counts
  // down to zero sees them all.
  void OnAnswers(std::span<const Answer> answers) override {
    std::int64_t accepted = 0;
    for (const auto& [ack, status, revision] : answers) {
      if (status.ok()) {
        ++accepted;
      } else {
        context_.metrics.Refused(status);
        SetFailure(*response_.mutable_results(static_cast<int>(ack.index)), status);
      }
    }
    context_.metrics.Accepted(ChangeKind::kCreate, accepted);
    if (unanswered_.fetch_sub(answers.size()) == answers.size()) End(absl::OkStatus());
  }

 private:
  void End(const absl::Status& status) {
    const std::unique_ptr<BatchCall> self(this);
    record_.End(status);
    call_.Finish(status);
  }

  // Writes a result for each request, as if it will succeed if it is valid.
  std::vector<Submission> Accept(const v1::BatchCreateCommentsRequest& request) {
    const WallTime now = context_.clock.Now();
    const SteadyTime deadline = CallerDeadline(call_.context());
    const Destination destination = context_.writer.destination();
    std::vector<Submission> submissions;
    for (int i = 0; i < request.requests_size(); ++i) {
      const auto& create = request.requests(i);
      auto& result = *response_.add_results();
      const auto durability = CheckMember(context_, create, i);
      if (!durability.ok()) {
        result.set_comment_id(create.comment().comment_id());
        SetFailure(result, durability.status());
        context_.metrics.Refused(durability.status());
        continue;
      }
      AcceptedChange accepted =
          AcceptCreate(create.comment(), now, destination.preferred, destination.partitions);
      result.set_comment_id(accepted.comment_id.ToText());
      *result.mutable_accept_time() = ToTimestamp(now);
      if (const auto trace = record_.trace()) queue::AppendTrace(accepted.entry, *trace);
      submissions.push_back({accepted.partition, accepted.partitions, std::move(accepted.entry),
                             *durability, deadline, this, static_cast<std::size_t>(i)});
    }
    return submissions;
  }

  const CallContext& context_;
  OpenCall& call_;
  const CallRecord record_;
  v1::BatchCreateCommentsResponse& response_;
  std::atomic<std::size_t> unanswered_{0};
};

}  // namespace

void StartBatchCreate(const CallContext& context, OpenCall& call, CallRecord record,
                      const v1::BatchCreateCommentsRequest& request,
                      v1::BatchCreateCommentsResponse& response) {
  (new BatchCall(context, call, std::move(record), response))->Start(request);
}

}  // namespace inkwell::ingest
