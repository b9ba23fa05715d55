// inkwell.v1.FlusherService on gRPC's callback API. Nothing here blocks: the flush
// loop and the backlog watch answer on their own threads.
#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include "inkwell/v1/flusher_service.grpc.pb.h"
#include "services/flusher/backlog/backlog_watch.h"
#include "services/flusher/flush/flush_loop.h"

namespace inkwell::flusher {

// Thread-safe.
class FlusherService final : public v1::FlusherService::CallbackService {
 public:
  // Both outlive the server.
  FlusherService(FlushLoop& loop, BacklogWatch& watch) : loop_(loop), watch_(watch) {}

  grpc::ServerUnaryReactor* Flush(grpc::CallbackServerContext* call,
                                  const v1::FlushRequest* request,
                                  v1::FlushResponse* response) override;
  grpc::ServerUnaryReactor* GetStatus(grpc::CallbackServerContext* call,
                                      const v1::GetStatusRequest* request,
                                      v1::GetStatusResponse* response) override;

  // Not built yet.
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
  FlushLoop& loop_;
  BacklogWatch& watch_;
};

}  // namespace inkwell::flusher
