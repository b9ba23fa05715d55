// A unary method on a CompletionLoop.
#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/async_unary_call.h>

#include <functional>
#include <utility>

#include "absl/status/status.h"
#include "common/server/completion_loop.h"
#include "common/server/grpc_status.h"

namespace inkwell {

// A call whose handler has begun. Owns itself: it is gone once it has ended.
class OpenCall {
 public:
  [[nodiscard]] grpc::ServerContext& context() { return context_; }
  // Ends the call, with the response as it is then if `status` is OK. To be called once, on
  // any thread; nothing of the call may be touched after it.
  virtual void Finish(const absl::Status& status) = 0;

 protected:
  ~OpenCall() = default;

 private:
  grpc::ServerContext context_;
};

template <typename Request, typename Response>
class UnaryCall;

// How a method is waited for, and what is done then. Outlives the server.
template <typename Request, typename Response>
struct UnaryMethod {
  using Call = UnaryCall<Request, Response>;
  // As generated: RequestTHEMETHOD of the AsyncService.
  std::function<void(grpc::ServerContext*, Request*, grpc::ServerAsyncResponseWriter<Response>*,
                     grpc::CompletionQueue*, grpc::ServerCompletionQueue*, void*)>
      await;
  // On the loop's thread; must not block.
  std::function<void(Call&)> handle;
};

template <typename Request, typename Response>
class UnaryCall final : public OpenCall, private CompletionEvent {
 public:
  using Method = UnaryMethod<Request, Response>;

  // Waits for one call at a time for each of so many, so that a burst of calls finds someone.
  static void Await(const Method& method, CompletionLoop& loop, int waiting = 64) {
    for (int i = 0; i < waiting; ++i) new UnaryCall(method, loop);
  }

  [[nodiscard]] const Request& request() const { return request_; }
  [[nodiscard]] Response& response() { return response_; }

  void Finish(const absl::Status& status) override {
    status_ = ToGrpcStatus(status);
    state_ = State::kAnswered;
    if (loop_.IsThisThread()) {
      Send();
    } else {
      loop_.Post(*this);
    }
  }

 private:
  enum class State { kAwaited, kAnswered, kSent };

  UnaryCall(const Method& method, CompletionLoop& loop) : method_(method), loop_(loop) {
    loop_.Enter();
    method_.await(&context(), &request_, &writer_, loop_.queue(), loop_.queue(), Tag());
  }
  ~UnaryCall() override { loop_.Leave(); }

  void Happen(bool ok) override {
    switch (state_) {
      case State::kAwaited:
        if (!ok) {  // the server shuts down
          delete this;
          return;
        }
        new UnaryCall(method_, loop_);
        method_.handle(*this);
        return;
      case State::kAnswered:
        Send();
        return;
      case State::kSent:
        delete this;
        return;
    }
  }

  void Send() {
    state_ = State::kSent;
    writer_.Finish(response_, status_, Tag());
  }

  // gRPC hands back what it was given, as void*.
  void* Tag() { return static_cast<CompletionEvent*>(this); }

  const Method& method_;
  CompletionLoop& loop_;
  State state_ = State::kAwaited;
  Request request_;
  Response response_;
  grpc::Status status_;
  grpc::ServerAsyncResponseWriter<Response> writer_{&context()};
};

}  // namespace inkwell
