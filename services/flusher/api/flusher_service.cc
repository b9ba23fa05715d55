#include "services/flusher/api/flusher_service.h"

#include <algorithm>
#include <utility>

#include "common/base/errors.h"
#include "common/base/proto_time.h"
#include "common/server/grpc_status.h"

namespace inkwell::flusher {
namespace {

void SetCounts(const OutcomeCounts& outcomes, v1::FlushCounts& counts) {
  counts.set_inserted(outcomes.inserted);
  counts.set_updated(outcomes.updated);
  counts.set_deleted(outcomes.deleted);
  counts.set_conflated(outcomes.conflated);
  counts.set_duplicate(outcomes.duplicate);
  counts.set_stale(outcomes.stale);
  counts.set_dead(outcomes.dead);
}

void SetFlushStatus(const FlushStatus& status, v1::GetStatusResponse& response) {
  SetCounts(status.totals, *response.mutable_totals());
  response.set_flushing(status.flushing);
  if (status.next_run_time) {
    *response.mutable_next_run_time() = ToTimestamp(*status.next_run_time);
  }
  if (status.last_flush) {
    auto& last = *response.mutable_last_flush();
    *last.mutable_start_time() = ToTimestamp(status.last_flush->start_time);
    *last.mutable_duration() = ToProtoDuration(status.last_flush->duration);
    SetCounts(status.last_flush->outcomes, *last.mutable_counts());
    last.set_batches(status.last_flush->batches);
  }
}

void SetBacklogs(const std::vector<PartitionBacklog>& backlogs, v1::GetStatusResponse& response) {
  std::int64_t pending = 0;
  std::chrono::microseconds lag(0);
  for (const auto& backlog : backlogs) {
    auto& partition = *response.add_partitions();
    partition.set_partition(response.partitions_size() - 1);
    partition.set_pending(backlog.pending);
    *partition.mutable_lag() = ToProtoDuration(backlog.lag);
    pending += backlog.pending;
    lag = std::max(lag, backlog.lag);
  }
  response.set_pending(pending);
  *response.mutable_lag() = ToProtoDuration(lag);
}

grpc::ServerUnaryReactor* RefuseNotBuiltYet(grpc::CallbackServerContext& call) {
  auto* reactor = call.DefaultReactor();
  reactor->Finish(ToGrpcStatus(Error(absl::StatusCode::kUnimplemented, "UNIMPLEMENTED",
                                     "this version has Flush and GetStatus only")));
  return reactor;
}

}  // namespace

grpc::ServerUnaryReactor* FlusherService::Flush(grpc::CallbackServerContext* call,
                                                const v1::FlushRequest* /*request*/,
                                                v1::FlushResponse* response) {
  auto* reactor = call->DefaultReactor();
  loop_.RequestFlush([reactor, response](const absl::StatusOr<FlushSummary>& summary) {
    if (summary.ok()) {
      SetCounts(summary->outcomes, *response->mutable_counts());
      response->set_batches(summary->batches);
      *response->mutable_duration() = ToProtoDuration(summary->duration);
    }
    reactor->Finish(ToGrpcStatus(summary.status()));
  });
  return reactor;
}

grpc::ServerUnaryReactor* FlusherService::GetStatus(grpc::CallbackServerContext* call,
                                                    const v1::GetStatusRequest* /*request*/,
                                                    v1::GetStatusResponse* response) {
  auto* reactor = call->DefaultReactor();
  watch_.Read(
      [this, reactor, response](const absl::StatusOr<std::vector<PartitionBacklog>>& backlogs) {
        if (backlogs.ok()) {
          SetBacklogs(*backlogs, *response);
          SetFlushStatus(loop_.status(), *response);
        }
        reactor->Finish(ToGrpcStatus(backlogs.status()));
      });
  return reactor;
}

grpc::ServerUnaryReactor* FlusherService::PauseFlushing(grpc::CallbackServerContext* call,
                                                        const v1::PauseFlushingRequest*,
                                                        v1::PauseFlushingResponse*) {
  return RefuseNotBuiltYet(*call);
}

grpc::ServerUnaryReactor* FlusherService::ResumeFlushing(grpc::CallbackServerContext* call,
                                                         const v1::ResumeFlushingRequest*,
                                                         v1::ResumeFlushingResponse*) {
  return RefuseNotBuiltYet(*call);
}

grpc::ServerUnaryReactor* FlusherService::ListDeadLetters(grpc::CallbackServerContext* call,
                                                          const v1::ListDeadLettersRequest*,
                                                          v1::ListDeadLettersResponse*) {
  return RefuseNotBuiltYet(*call);
}

grpc::ServerUnaryReactor* FlusherService::ReplayDeadLetters(grpc::CallbackServerContext* call,
                                                            const v1::ReplayDeadLettersRequest*,
                                                            v1::ReplayDeadLettersResponse*) {
  return RefuseNotBuiltYet(*call);
}

grpc::ServerUnaryReactor* FlusherService::DiscardDeadLetters(grpc::CallbackServerContext* call,
                                                             const v1::DiscardDeadLettersRequest*,
                                                             v1::DiscardDeadLettersResponse*) {
  return RefuseNotBuiltYet(*call);
}

}  // namespace inkwell::flusher
