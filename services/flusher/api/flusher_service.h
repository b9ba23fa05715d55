// inkwell.v1.FlusherService on gRPC's callback API. Nothing here blocks: the flush loop,
// the backlog watch and the operators' threads answer on their own threads.
#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <memory>
#include <string_view>

#include "common/server/call_record.h"
#include "common/server/caller_check.h"
#include "common/server/grpc_metrics.h"
#include "inkwell/v1/flusher_service.grpc.pb.h"
#include "services/flusher/backlog/backlog_watch.h"
#include "services/flusher/flush/flush_loop.h"
#include "services/flusher/operator/dead_letter_office.h"
#include "services/flusher/operator/operator_thread.h"
#include "services/flusher/operator/pause_switch.h"

namespace inkwell::flusher {

// What the calls are handed to. All of it outlives the server.
struct FlusherParts {
  FlushLoop& loop;
  BacklogWatch& watch;
  OperatorThread& pause_thread;
  PauseSwitch& pause_switch;  // used by pause_thread alone
  OperatorThread& dead_letter_thread;
  DeadLetterOffice& dead_letters;  // used by dead_letter_thread alone
};

// Thread-safe.
class FlusherService final : public v1::FlusherService::CallbackService {
 public:
  // `callers` outlives the server too. `calls` is told of each call, and outlives the service.
  FlusherService(const FlusherParts& parts, const CallerCheck& callers, GrpcMetrics& calls)
      : parts_(parts), callers_(callers), calls_(calls) {}

  grpc::ServerUnaryReactor* Flush(grpc::CallbackServerContext* call,
                                  const v1::FlushRequest* request,
                                  v1::FlushResponse* response) override;
  grpc::ServerUnaryReactor* GetStatus(grpc::CallbackServerContext* call,
                                      const v1::GetStatusRequest* request,
                                      v1::GetStatusResponse* response) override;
  grpc::ServerUnaryReactor* PauseFlushing(grpc::CallbackServerContext* call,
                                          const v1::PauseFlushingRequest* request,
                                          v1::PauseFlushingResponse* response) override;
  grpc::ServerUnaryReactor* ResumeFlushing(grpc::CallbackServerContext* call,
                                           const v1::ResumeFlushingRequest* request,
                                           v1::ResumeFlushingResponse* response) override;
  grpc::ServerUnaryReactor* ListDeadLetters(grpc::CallbackServerContext* call,
                                            const v1::ListDeadLettersRequest* request,
                                            v1::ListDeadLettersResponse* response) override;
  grpc::ServerUnaryReactor* ReplayDeadLetters(grpc::CallbackServerContext* call,
                                              const v1::ReplayDeadLettersRequest* request,
                                              v1::ReplayDeadLettersResponse* response) override;
  grpc::ServerUnaryReactor* DiscardDeadLetters(grpc::CallbackServerContext* call,
                                               const v1::DiscardDeadLettersRequest* request,
                                               v1::DiscardDeadLettersResponse* response) override;

 private:
  // Of a call that came in just now. Shared, since who works for it ends it.
  [[nodiscard]] std::shared_ptr<CallRecord> Begin(const grpc::CallbackServerContext& call,
                                                  std::string_view method);

  const FlusherParts parts_;
  const CallerCheck& callers_;
  GrpcMetrics& calls_;
};

}  // namespace inkwell::flusher
