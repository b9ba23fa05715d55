#include "common/server/health_service.h"

#include <fmt/core.h>
#include <grpcpp/support/async_stream.h>

#include <functional>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "common/server/grpc_status.h"
#include "common/server/member_event.h"

namespace inkwell {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

// Somebody who watches one service. On the loop's thread, but for Tell.
class HealthService::Watch {
 public:
  Watch(HealthService& health, CompletionLoop& loop) : health_(health), loop_(loop) {
    loop_.Enter();
    context_.AsyncNotifyWhenDone(&done_);
    health_.service_.RequestWatch(&context_, &request_, &writer_, loop_.queue(), loop_.queue(),
                                  &arrived_);
  }

  // Something may have changed. Under the service's lock.
  void Tell() {
    if (!std::exchange(is_told_, true)) loop_.Post(told_);
  }

 private:
  using Event = MemberEvent<Watch>;

  ~Watch() { loop_.Leave(); }

  void OnArrived(bool ok) {
    if (!ok) {  // the server shuts down; done_ does not come
      delete this;
      return;
    }
    new Watch(health_, loop_);
    is_open_ = true;
    {
      MutexLock lock(health_.mutex_);
      health_.watches_.insert(this);
    }
    Write();
  }

  void OnTold(bool /*ok*/) {
    {
      MutexLock lock(health_.mutex_);
      is_told_ = false;
    }
    Write();
  }

  void OnWritten(bool /*ok*/) {
    is_writing_ = false;
    Write();
  }

  // The call is over, whoever ended it.
  void OnDone(bool /*ok*/) {
    is_done_ = true;
    {
      MutexLock lock(health_.mutex_);
      health_.watches_.erase(this);
    }
    Write();
  }

  void OnFinished(bool /*ok*/) {
    is_open_ = false;
    DeleteIfOver();
  }

  // Writes what the watcher does not know yet, one at a time. The last of all is the end.
  void Write() {
    if (is_writing_ || is_ending_) return DeleteIfOver();
    bool shut_down = false;
    {
      MutexLock lock(health_.mutex_);
      shut_down = health_.shut_down_;
    }
    const Status status = health_.StatusOf(request_.service());
    if (!is_done_ && status != written_) {
      is_writing_ = true;
      written_ = status;
      response_.set_status(status);
      writer_.Write(response_, &write_);
    } else if (is_done_ || shut_down) {
      is_ending_ = true;
      writer_.Finish(ToGrpcStatus(absl::UnavailableError("this server is shutting down")),
                     &finished_);
    }
  }

  void DeleteIfOver() {
    if (!is_done_ || is_open_ || is_writing_) return;
    {
      MutexLock lock(health_.mutex_);
      if (is_told_) return;  // OnTold comes here again
    }
    delete this;
  }

  HealthService& health_;
  CompletionLoop& loop_;
  grpc::ServerContext context_;
  HealthCheckRequest request_;
  HealthCheckResponse response_;
  grpc::ServerAsyncWriter<HealthCheckResponse> writer_{&context_};
  Event arrived_{*this, &Watch::OnArrived};
  Event told_{*this, &Watch::OnTold};
  Event write_{*this, &Watch::OnWritten};
  Event done_{*this, &Watch::OnDone};
  Event finished_{*this, &Watch::OnFinished};
  std::optional<Status> written_;
  bool is_open_ = false;  // arrived, and not finished
  bool is_writing_ = false;
  bool is_ending_ = false;
  bool is_done_ = false;
  bool is_told_ = false;  // told_ is posted; under the service's lock
};

HealthService::HealthService(const std::vector<std::string>& names)
    : check_{std::bind_front(&grpc::health::v1::Health::AsyncService::RequestCheck, &service_),
             [this](CheckMethod::Call& call) { Check(call); }},
      names_(names.begin(), names.end()) {}

void HealthService::Await(CompletionLoop& loop) {
  CheckMethod::Call::Await(check_, loop, 4);
  new Watch(*this, loop);
}

void HealthService::Check(CheckMethod::Call& call) {
  const std::string& name = call.request().service();
  const Status status = StatusOf(name);
  if (status == HealthCheckResponse::SERVICE_UNKNOWN) {
    call.Finish(absl::NotFoundError(fmt::format("there is no service \"{}\" here", name)));
    return;
  }
  call.response().set_status(status);
  call.Finish(absl::OkStatus());
}

HealthService::Status HealthService::StatusOf(const std::string& name) {
  if (!name.empty() && !names_.contains(name)) return HealthCheckResponse::SERVICE_UNKNOWN;
  MutexLock lock(mutex_);
  return serving_ ? HealthCheckResponse::SERVING : HealthCheckResponse::NOT_SERVING;
}

void HealthService::SetServing(bool serving) {
  MutexLock lock(mutex_);
  if (shut_down_ || serving_ == serving) return;
  serving_ = serving;
  Tell();
}

void HealthService::ShutDown() {
  MutexLock lock(mutex_);
  shut_down_ = true;
  serving_ = false;
  Tell();
}

void HealthService::Tell() {
  for (auto* watch : watches_) watch->Tell();
}

}  // namespace inkwell
