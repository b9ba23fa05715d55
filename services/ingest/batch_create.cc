#include "services/ingest/batch_create.h"

#include <fmt/core.h>

#include <atomic>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "common/base/errors.h"
#include "common/base/proto_time.h"
#include "common/queue/change_codec.h"
#include "common/server/grpc_status.h"
#include "services/ingest/accept.h"

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

// A batch between its request and its answer. Owned by gRPC, which ends it.
class BatchCall final : public grpc::ServerUnaryReactor, public AckSink {
 public:
  BatchCall(const CallContext& context, const grpc::CallbackServerContext& call, CallRecord record,
            const v1::BatchCreateCommentsRequest& request,
            v1::BatchCreateCommentsResponse& response)
      : metrics_(context.metrics), record_(std::move(record)), response_(response) {
    std::vector<Submission> submissions = Accept(context, call, request);
    // Set before anyone can answer.
    unanswered_ = submissions.size();
    if (submissions.empty()) {
      End(absl::OkStatus());
      return;
    }
    const absl::Status status = context.writer.Submit(std::move(submissions));
    if (!status.ok()) {
      metrics_.Refused(status, static_cast<std::int64_t>(unanswered_));
      End(status);
    }
    // Nothing after this: the last answer may have come already.
  }

  // Each result is touched by the thread that answers it alone; the one that counts
  // down to zero sees them all.
  void OnAnswers(std::span<const Answer> answers) override {
    std::int64_t accepted = 0;
    for (const auto& [ack, status, revision] : answers) {
      if (status.ok()) {
        ++accepted;
      } else {
        metrics_.Refused(status);
        SetFailure(*response_.mutable_results(static_cast<int>(ack.index)), status);
      }
    }
    metrics_.Accepted(ChangeKind::kCreate, accepted);
    if (unanswered_.fetch_sub(answers.size()) == answers.size()) End(absl::OkStatus());
  }
  void OnDone() override { delete this; }

 private:
  void End(const absl::Status& status) {
    record_.End(status);
    Finish(ToGrpcStatus(status));
  }

  // Writes a result for each request, as if it will succeed if it is valid.
  std::vector<Submission> Accept(const CallContext& context,
                                 const grpc::CallbackServerContext& call,
                                 const v1::BatchCreateCommentsRequest& request) {
    const WallTime now = context.clock.Now();
    const SteadyTime deadline = CallerDeadline(call);
    const int partition = context.writer.PreferredPartition();
    std::vector<Submission> submissions;
    for (int i = 0; i < request.requests_size(); ++i) {
      const auto& create = request.requests(i);
      auto& result = *response_.add_results();
      const auto durability = CheckMember(context, create, i);
      if (!durability.ok()) {
        result.set_comment_id(create.comment().comment_id());
        SetFailure(result, durability.status());
        context.metrics.Refused(durability.status());
        continue;
      }
      AcceptedChange accepted = AcceptCreate(create.comment(), now, partition, context.partitions);
      result.set_comment_id(accepted.comment_id.ToText());
      *result.mutable_accept_time() = ToTimestamp(now);
      if (const auto trace = record_.trace()) queue::AppendTrace(accepted.entry, *trace);
      submissions.push_back({accepted.partition, std::move(accepted.entry), *durability, deadline,
                             this, static_cast<std::size_t>(i)});
    }
    return submissions;
  }

  IngestMetrics& metrics_;
  const CallRecord record_;
  v1::BatchCreateCommentsResponse& response_;
  std::atomic<std::size_t> unanswered_{0};
};

}  // namespace

grpc::ServerUnaryReactor* StartBatchCreate(const CallContext& context,
                                           const grpc::CallbackServerContext& call,
                                           CallRecord record,
                                           const v1::BatchCreateCommentsRequest& request,
                                           v1::BatchCreateCommentsResponse& response) {
  return new BatchCall(context, call, std::move(record), request, response);
}

}  // namespace inkwell::ingest
