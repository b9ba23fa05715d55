#include "services/flusher/api/flusher_service.h"

#include <functional>
#include <utility>

#include "common/server/grpc_status.h"
#include "services/flusher/api/messages.h"

namespace inkwell::flusher {
namespace {

// Whether a call is still worth working for.
using KeepGoing = std::function<bool()>;
using Work = std::function<absl::Status(const KeepGoing& keep_going)>;

// Does `work` on `thread` and ends the call with its status. Request and response, which
// it may use, live until then.
grpc::ServerUnaryReactor* RunOn(OperatorThread& thread, grpc::CallbackServerContext& call,
                                const GrpcCallMeter& meter, Work work) {
  auto* reactor = call.DefaultReactor();
  thread.Post([&call, reactor, meter, work = std::move(work)](const absl::Status& turn,
                                                              const std::stop_token& stop) {
    const KeepGoing keep_going = [&] { return !stop.stop_requested() && !call.IsCancelled(); };
    absl::Status status = turn;
    if (status.ok()) {
      status = keep_going() ? work(keep_going) : absl::CancelledError("the caller went away");
    }
    meter.End(status.code());
    reactor->Finish(ToGrpcStatus(status));
  });
  return reactor;
}

}  // namespace

grpc::ServerUnaryReactor* FlusherService::Flush(grpc::CallbackServerContext* call,
                                                const v1::FlushRequest* /*request*/,
                                                v1::FlushResponse* response) {
  const GrpcCallMeter meter(calls_.Of("Flush"));
  if (auto* refused = callers_.Refuse(*call, meter)) return refused;
  auto* reactor = call->DefaultReactor();
  parts_.loop.RequestFlush([reactor, meter, response](const absl::StatusOr<FlushSummary>& summary) {
    if (summary.ok()) SetFlush(*summary, *response);
    meter.End(summary.status().code());
    reactor->Finish(ToGrpcStatus(summary.status()));
  });
  return reactor;
}

grpc::ServerUnaryReactor* FlusherService::GetStatus(grpc::CallbackServerContext* call,
                                                    const v1::GetStatusRequest* /*request*/,
                                                    v1::GetStatusResponse* response) {
  const GrpcCallMeter meter(calls_.Of("GetStatus"));
  if (auto* refused = callers_.Refuse(*call, meter)) return refused;
  auto* reactor = call->DefaultReactor();
  parts_.watch.Read([this, reactor, meter, response](const absl::StatusOr<Backlog>& backlog) {
    if (backlog.ok()) {
      SetBacklog(*backlog, *response);
      SetFlushStatus(parts_.loop.status(), *response);
    }
    meter.End(backlog.status().code());
    reactor->Finish(ToGrpcStatus(backlog.status()));
  });
  return reactor;
}

grpc::ServerUnaryReactor* FlusherService::PauseFlushing(grpc::CallbackServerContext* call,
                                                        const v1::PauseFlushingRequest* request,
                                                        v1::PauseFlushingResponse* /*response*/) {
  const GrpcCallMeter meter(calls_.Of("PauseFlushing"));
  if (auto* refused = callers_.Refuse(*call, meter)) return refused;
  return RunOn(parts_.pause_thread, *call, meter, [this, request](const KeepGoing&) {
    return parts_.pause_switch.Pause(request->reason());
  });
}

grpc::ServerUnaryReactor* FlusherService::ResumeFlushing(
    grpc::CallbackServerContext* call, const v1::ResumeFlushingRequest* /*request*/,
    v1::ResumeFlushingResponse* /*response*/) {
  const GrpcCallMeter meter(calls_.Of("ResumeFlushing"));
  if (auto* refused = callers_.Refuse(*call, meter)) return refused;
  return RunOn(parts_.pause_thread, *call, meter,
               [this](const KeepGoing&) { return parts_.pause_switch.Resume(); });
}

grpc::ServerUnaryReactor* FlusherService::ListDeadLetters(grpc::CallbackServerContext* call,
                                                          const v1::ListDeadLettersRequest* request,
                                                          v1::ListDeadLettersResponse* response) {
  const GrpcCallMeter meter(calls_.Of("ListDeadLetters"));
  if (auto* refused = callers_.Refuse(*call, meter)) return refused;
  return RunOn(parts_.dead_letter_thread, *call, meter,
               [this, request, response](const KeepGoing&) {
                 auto page = parts_.dead_letters.List(request->page_size(), request->page_token());
                 if (page.ok()) SetPage(*std::move(page), *response);
                 return page.status();
               });
}

grpc::ServerUnaryReactor* FlusherService::ReplayDeadLetters(
    grpc::CallbackServerContext* call, const v1::ReplayDeadLettersRequest* request,
    v1::ReplayDeadLettersResponse* response) {
  const GrpcCallMeter meter(calls_.Of("ReplayDeadLetters"));
  if (auto* refused = callers_.Refuse(*call, meter)) return refused;
  return RunOn(parts_.dead_letter_thread, *call, meter,
               [this, request, response](const KeepGoing& keep_going) {
                 const auto result = parts_.dead_letters.Replay(
                     {request->dead_letter_ids().begin(), request->dead_letter_ids().end()},
                     request->dry_run() ? ReplayMode::kDryRun : ReplayMode::kApply, keep_going);
                 if (result.ok()) SetReplay(*result, *response);
                 return result.status();
               });
}

grpc::ServerUnaryReactor* FlusherService::DiscardDeadLetters(
    grpc::CallbackServerContext* call, const v1::DiscardDeadLettersRequest* request,
    v1::DiscardDeadLettersResponse* response) {
  const GrpcCallMeter meter(calls_.Of("DiscardDeadLetters"));
  if (auto* refused = callers_.Refuse(*call, meter)) return refused;
  return RunOn(parts_.dead_letter_thread, *call, meter,
               [this, request, response](const KeepGoing&) {
                 const auto discarded = parts_.dead_letters.Discard(
                     {request->dead_letter_ids().begin(), request->dead_letter_ids().end()});
                 if (discarded.ok()) response->set_discarded(*discarded);
                 return discarded.status();
               });
}

}  // namespace inkwell::flusher
