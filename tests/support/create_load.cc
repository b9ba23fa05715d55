#include "tests/support/create_load.h"

#include <grpcpp/client_context.h>

#include <chrono>
#include <utility>

#include "common/base/backoff.h"
#include "common/base/sleep.h"
#include "inkwell/v1/comment_service.grpc.pb.h"
#include "tests/support/await.h"
#include "tests/support/stack.h"

namespace inkwell::testing {

CreateLoad::CreateLoad(std::vector<std::shared_ptr<grpc::Channel>> servers, int threads)
    : servers_(std::move(servers)),
      // Where there is no other server to try: gRPC reconnects at once while a call waits for
      // it, else every few seconds.
      wait_for_ready_(servers_.size() == 1) {
  Start(threads);
}

CreateLoad::CreateLoad(int threads, std::shared_ptr<grpc::Channel> balanced)
    : servers_{std::move(balanced)}, wait_for_ready_(false) {
  Start(threads);
}

void CreateLoad::Start(int threads) {
  for (int series = 0; series < threads; ++series) {
    threads_.emplace_back([this, series](const std::stop_token& stop) { Run(series, stop); });
  }
}

bool CreateLoad::AwaitAcknowledged(std::int64_t count) {
  const auto target = acknowledged().size() + static_cast<std::size_t>(count);
  return Await([&] {
    MutexLock lock(mutex_);
    return acknowledged_.size() >= target;
  });
}

void CreateLoad::Stop() {
  for (auto& thread : threads_) thread.request_stop();
  threads_.clear();
}

std::set<std::string> CreateLoad::acknowledged() const {
  MutexLock lock(mutex_);
  return acknowledged_;
}

std::map<grpc::StatusCode, std::set<std::string>> CreateLoad::failures() const {
  MutexLock lock(mutex_);
  return failures_;
}

void CreateLoad::Run(int series, const std::stop_token& stop) {
  auto server = static_cast<std::size_t>(series);
  for (int number = 0; !stop.stop_requested(); ++number) {
    const std::string comment_id = CommentId(number, series);
    Backoff backoff(
        {.first = std::chrono::milliseconds(10), .most = std::chrono::milliseconds(200)});
    while (!stop.stop_requested() && !CreateOnce(comment_id, servers_[server % servers_.size()])) {
      ++server;
      SleepFor(stop, backoff.Next());
    }
  }
}

bool CreateLoad::CreateOnce(const std::string& comment_id,
                            const std::shared_ptr<grpc::Channel>& server) {
  grpc::ClientContext context;
  context.set_deadline(PatientDeadline());
  context.set_wait_for_ready(wait_for_ready_);
  v1::CreateCommentResponse response;
  const auto status =
      v1::CommentService::NewStub(server)->CreateComment(&context, CreateOf(comment_id), &response);
  MutexLock lock(mutex_);
  if (status.ok()) {
    acknowledged_.insert(comment_id);
  } else {
    failures_[status.error_code()].insert(status.error_message());
  }
  return status.ok();
}

}  // namespace inkwell::testing
