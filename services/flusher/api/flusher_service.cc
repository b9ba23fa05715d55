#include "services/flusher/api/flusher_service.h"

#include <functional>
#include <memory>
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
                                std::shared_ptr<const CallRecord> record, Work work) {
  auto* reactor = call.DefaultReactor();
  thread.Post([&call, reactor, record = std::move(record), work = std::move(work)](
                  const absl::Status& turn, const std::stop_token& stop) {
    const KeepGoing keep_going = [&] { return !stop.stop_requested() && !call.IsCancelled(); };
    const WithCallFields fields(record->logged());  // of what the work has to say
    absl::Status status = turn;
    if (status.ok()) {
      status = keep_going() ? work(keep_going) : absl::CancelledError("the caller went away");
    }
    record->End(status);
    reactor->Finish(ToGrpcStatus(status));
  });
  return reactor;
}

}  // namespace

std::shared_ptr<CallRecord> FlusherService::Begin(const grpc::CallbackServerContext& call,
                                                  std::string_view method) {
  auto record = std::make_shared<CallRecord>(calls_.Of(method));
  record->ContinueTrace(nullptr, call);
  return record;
}

grpc::ServerUnaryReactor* FlusherService::Flush(grpc::CallbackServerContext* call,
                                                const v1::FlushRequest* /*request*/,
                                                v1::FlushResponse* response) {
  const auto record = Begin(*call, "Flush");
  if (auto* refused = callers_.Refuse(*call, *record)) return refused;
  auto* reactor = call->DefaultReactor();
  parts_.loop.RequestFlush(
      [reactor, record, response](const absl::StatusOr<FlushSummary>& summary) {
        if (summary.ok()) SetFlush(*summary, *response);
        record->End(summary.status());
        reactor->Finish(ToGrpcStatus(summary.status()));
      });
  return reactor;
}

grpc::ServerUnaryReactor* FlusherService::GetStatus(grpc::CallbackServerContext* call,
                                                    const v1::GetStatusRequest* /*request*/,
                                                    v1::GetStatusResponse* response) {
  const auto record = Begin(*call, "GetStatus");
  if (auto* refused = callers_.Refuse(*call, *record)) return refused;
  auto* reactor = call->DefaultReactor();
  parts_.watch.Read([this, reactor, record, response](const absl::StatusOr<Backlog>& backlog) {
    if (backlog.ok()) {
      SetBacklog(*backlog, *response);
      SetFlushStatus(parts_.loop.status(), *response);
    }
    record->End(backlog.status());
    reactor->Finish(ToGrpcStatus(backlog.status()));
  });
  return reactor;
}

grpc::ServerUnaryReactor* FlusherService::PauseFlushing(grpc::CallbackServerContext* call,
                                                        const v1::PauseFlushingRequest* request,
                                                        v1::PauseFlushingResponse* /*response*/) {
  const auto record = Begin(*call, "PauseFlushing");
  if (auto* refused = callers_.Refuse(*call, *record)) return refused;
  return RunOn(parts_.pause_thread, *call, record, [this, request](const KeepGoing&) {
    return parts_.pause_switch.Pause(request->reason());
  });
}

grpc::ServerUnaryReactor* FlusherService::ResumeFlushing(
    grpc::CallbackServerContext* call, const v1::ResumeFlushingRequest* /*request*/,
    v1::ResumeFlushingResponse* /*response*/) {
  const auto record = Begin(*call, "ResumeFlushing");
  if (auto* refused = callers_.Refuse(*call, *record)) return refused;
  return RunOn(parts_.pause_thread, *call, record,
               [this](const KeepGoing&) { return parts_.pause_switch.Resume(); });
}

grpc::ServerUnaryReactor* FlusherService::ListDeadLetters(grpc::CallbackServerContext* call,
                                                          const v1::ListDeadLettersRequest* request,
                                                          v1::ListDeadLettersResponse* response) {
  const auto record = Begin(*call, "ListDeadLetters");
  if (auto* refused = callers_.Refuse(*call, *record)) return refused;
  return RunOn(parts_.dead_letter_thread, *call, record,
               [this, request, response](const KeepGoing&) {
                 auto page = parts_.dead_letters.List(request->page_size(), request->page_token());
                 if (page.ok()) SetPage(*std::move(page), *response);
                 return page.status();
               });
}

grpc::ServerUnaryReactor* FlusherService::ReplayDeadLetters(
    grpc::CallbackServerContext* call, const v1::ReplayDeadLettersRequest* request,
    v1::ReplayDeadLettersResponse* response) {
  const auto record = Begin(*call, "ReplayDeadLetters");
  if (auto* refused = callers_.Refuse(*call, *record)) return refused;
  return RunOn(parts_.dead_letter_thread, *call, record,
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
  const auto record = Begin(*call, "DiscardDeadLetters");
  if (auto* refused = callers_.Refuse(*call, *record)) return refused;
  return RunOn(parts_.dead_letter_thread, *call, record,
               [this, request, response](const KeepGoing&) {
                 const auto discarded = parts_.dead_letters.Discard(
                     {request->dead_letter_ids().begin(), request->dead_letter_ids().end()});
                 if (discarded.ok()) response->set_discarded(*discarded);
                 return discarded.status();
               });
}

}  // namespace inkwell::flusher
