// What callers of ingest see while Redis is away, hangs or is full, and that it all ends
// by itself.

#include <gmock/gmock.h>
#include <grpcpp/client_context.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "common/base/mutex.h"
#include "tests/support/error_details.h"
#include "tests/support/stack.h"

namespace inkwell::testing {
namespace {

using ::testing::HasSubstr;

void ExpectRedisUnavailable(const grpc::Status& status) {
  ASSERT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE) << status.error_message();
  const auto details = DetailsOf(status);
  EXPECT_EQ(details.reason, "REDIS_UNAVAILABLE");
  EXPECT_TRUE(details.retry_delay);
  EXPECT_THAT(status.error_message(), HasSubstr("retry with the same comment_id"));
}

// Creates under way at the same time, answered whenever.
class PendingCreates {
 public:
  explicit PendingCreates(const ServiceProcess& ingest)
      : stub_(v1::CommentService::NewStub(ingest.channel())) {}
  // Waits for every answer.
  ~PendingCreates() {
    EXPECT_TRUE(Await([this] { return answers().size() == calls_.size(); }));
  }

  void Send(const v1::CreateCommentRequest& request) {
    auto& call = *calls_.emplace_back(std::make_unique<Call>());
    call.context.set_deadline(PatientDeadline());
    call.request = request;
    stub_->async()->CreateComment(&call.context, &call.request, &call.response,
                                  [this](const grpc::Status& status) {
                                    MutexLock lock(mutex_);
                                    answers_.push_back(status);
                                  });
  }
  // Those that came so far.
  [[nodiscard]] std::vector<grpc::Status> answers() const {
    MutexLock lock(mutex_);
    return answers_;
  }

 private:
  struct Call {
    grpc::ClientContext context;
    v1::CreateCommentRequest request;
    v1::CreateCommentResponse response;
  };
  std::unique_ptr<v1::CommentService::Stub> stub_;
  std::vector<std::unique_ptr<Call>> calls_;
  mutable Mutex mutex_;
  std::vector<grpc::Status> answers_ INK_GUARDED_BY(mutex_);
};

TEST(RedisTrouble, WhileItIsAwayCallsAreUnavailable) {
  Stack stack;
  auto& ingest = stack.AddIngest({"--ack_timeout=200ms"});
  ASSERT_TRUE(Create(ingest, CreateOf("")).ok());
  stack.redis().Kill9();
  ExpectRedisUnavailable(Create(ingest, CreateOf("")));
  v1::BatchCreateCommentsRequest batch;
  *batch.add_requests() = CreateOf("");
  v1::BatchCreateCommentsResponse response;
  ASSERT_TRUE(BatchCreate(ingest, batch, &response).ok());
  EXPECT_EQ(response.results(0).code(), grpc::StatusCode::UNAVAILABLE);

  ASSERT_TRUE(stack.redis().Restart().ok());
  EXPECT_TRUE(Await([&] { return Create(ingest, CreateOf("")).ok(); })) << ingest.Log();
}

TEST(RedisTrouble, WhileItHangsCallsAreUnavailable) {
  Stack stack;
  auto& ingest = stack.AddIngest({"--ack_timeout=200ms"});
  stack.redis().Pause();
  ExpectRedisUnavailable(Create(ingest, CreateOf("")));
  stack.redis().Resume();
  EXPECT_TRUE(Await([&] { return Create(ingest, CreateOf("")).ok(); })) << ingest.Log();
}

TEST(RedisTrouble, ACallersShorterDeadlineHolds) {
  Stack stack;
  auto& ingest = stack.AddIngest({"--ack_timeout=10m"});
  stack.redis().Pause();
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(100));
  v1::CreateCommentResponse response;
  const auto status = v1::CommentService::NewStub(ingest.channel())
                          ->CreateComment(&context, CreateOf(""), &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  stack.redis().Resume();
  EXPECT_TRUE(Create(ingest, CreateOf("")).ok());
}

TEST(RedisTrouble, AFullQueueRefusesMoreAndKeepsWhatItHas) {
  Stack stack;
  auto& ingest = stack.AddIngest({"--max_queue_bytes=4KiB", "--ack_timeout=1m"});
  auto& flusher = stack.AddFlusher(OnRequestOnly());
  auto request = CreateOf("");
  request.mutable_comment()->set_body(std::string(1000, 'b'));
  stack.redis().Pause();
  std::int64_t accepted = 0;
  {
    PendingCreates creates(ingest);
    // One is on its way to Redis, three wait for it, and there is no room for more.
    for (int i = 0; i < 8; ++i) creates.Send(request);
    ASSERT_TRUE(Await([&] { return !creates.answers().empty(); }));
    const auto refused = creates.answers().front();
    EXPECT_EQ(refused.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
    EXPECT_EQ(DetailsOf(refused).reason, "QUEUE_FULL");
    EXPECT_TRUE(DetailsOf(refused).retry_delay);
    stack.redis().Resume();
    ASSERT_TRUE(Await([&] { return creates.answers().size() == 8; })) << ingest.Log();
    const auto answers = creates.answers();
    accepted = std::count_if(answers.begin(), answers.end(),
                             [](const grpc::Status& status) { return status.ok(); });
  }
  EXPECT_GE(accepted, 1);
  EXPECT_EQ(Flush(flusher).counts().inserted(), accepted);
  EXPECT_TRUE(Create(ingest, request).ok()) << "there is room again";
}

// Nothing may be evicted, so a Redis without memory has to be drained, also by a flusher
// that connects to it only now.
TEST(RedisTrouble, AFullRedisRefusesMoreUntilItIsDrained) {
  Stack stack({.redis = {.config = {"maxmemory 4mb", "maxmemory-policy noeviction"}}});
  auto& ingest = stack.AddIngest();
  auto request = CreateOf("");
  request.mutable_comment()->set_body(std::string(16000, 'b'));
  grpc::Status status;
  std::int64_t accepted = 0;
  for (; accepted < 1000; ++accepted) {
    status = Create(ingest, request);
    if (!status.ok()) break;
  }
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(DetailsOf(status).reason, "REDIS_OUT_OF_MEMORY");
  EXPECT_TRUE(DetailsOf(status).retry_delay);

  auto& flusher = stack.AddFlusher(OnRequestOnly());
  EXPECT_EQ(Flush(flusher).counts().inserted(), accepted);
  EXPECT_TRUE(Await([&] { return Create(ingest, request).ok(); })) << ingest.Log();
}

}  // namespace
}  // namespace inkwell::testing
