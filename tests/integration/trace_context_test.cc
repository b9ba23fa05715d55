// A caller's trace goes with its changes through Redis, whether or not anybody exports spans.

#include "common/base/trace_context.h"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <grpcpp/client_context.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/queue/redis_drain_queue.h"
#include "inkwell/queue/v1/change.pb.h"
#include "tests/support/stack.h"
#include "tests/support/traceparents.h"

namespace inkwell::testing {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* kNoTraceparent = "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01";

class TraceContextTest : public ::testing::Test {
 protected:
  // Makes one call of this kind with the metadata, unless that is empty.
  template <typename Request, typename Response>
  void Call(grpc::Status (v1::CommentService::Stub::*method)(grpc::ClientContext*, const Request&,
                                                             Response*),
            const Request& request, const std::string& traceparent) {
    grpc::ClientContext context;
    context.set_deadline(PatientDeadline());
    if (!traceparent.empty()) context.AddMetadata("traceparent", traceparent);
    Response response;
    const auto status = (stub_.get()->*method)(&context, request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }

  // What the pending changes say of their traces, oldest first.
  std::vector<std::string> PendingTraces() {
    queue::QueueOptions options;
    options.url = redis::ParseUrl(stack_.redis().Url()).value();
    options.partitions = 1;
    queue::RedisDrainQueue queue(options);
    const auto peeked = queue.Peek(0, {}).value();
    std::vector<std::string> traces;
    for (const auto entry : peeked.entries) {
      queue::v1::Change change;
      EXPECT_TRUE(change.ParseFromArray(entry.data(), static_cast<int>(entry.size())));
      traces.push_back(change.trace_context());
    }
    return traces;
  }

  Stack stack_;
  ServiceProcess& ingest_ = stack_.AddIngest({"--partitions=1"});
  const std::unique_ptr<v1::CommentService::Stub> stub_ =
      v1::CommentService::NewStub(ingest_.channel());
  const std::string ids_{TraceContext::FromTraceparent(kSampled)->AsBytes()};
};

TEST_F(TraceContextTest, EveryKindOfCallHandsItOn) {
  using Stub = v1::CommentService::Stub;
  Call(&Stub::CreateComment, CreateOf(CommentId(1)), kSampled);
  v1::UpdateCommentRequest update;
  update.mutable_comment()->set_comment_id(CommentId(1));
  update.mutable_comment()->set_body("new");
  Call(&Stub::UpdateComment, update, kSampled);
  v1::DeleteCommentRequest removal;
  removal.set_comment_id(CommentId(1));
  Call(&Stub::DeleteComment, removal, kSampled);
  v1::BatchCreateCommentsRequest batch;
  for (int i : {2, 3}) *batch.add_requests() = CreateOf(CommentId(i));
  Call(&Stub::BatchCreateComments, batch, kSampled);
  const auto traces = PendingTraces();
  EXPECT_THAT(traces, SizeIs(5));
  EXPECT_THAT(traces, Each(ids_));

  // And what carries it is a change like any other.
  auto& flusher = stack_.AddFlusher({"--partitions=1", "--schedule=@every 24h"});
  EXPECT_TRUE(Flush(flusher).ByteSizeLong() > 0);
  EXPECT_EQ(stack_.CountComments(), 3);
  EXPECT_EQ(stack_.QueryOne("SELECT count(*) FROM dead_letters"), "0");
}

TEST_F(TraceContextTest, AStreamHandsItOn) {
  grpc::ClientContext context;
  context.set_deadline(PatientDeadline());
  context.AddMetadata("traceparent", kSampled);
  const auto stream = stub_->StreamChanges(&context);
  v1::StreamChangesRequest message;
  for (int i : {1, 2}) *message.add_changes()->mutable_create() = CreateOf(CommentId(i));
  ASSERT_TRUE(stream->Write(message));
  stream->WritesDone();
  v1::StreamChangesResponse response;
  while (stream->Read(&response)) {
  }
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_THAT(PendingTraces(), ElementsAre(ids_, ids_));
}

TEST_F(TraceContextTest, WhatIsNotSampledCostsNothing) {
  int number = 0;
  for (const char* traceparent : {"", kNotSampled, kNoTraceparent}) {
    Call(&v1::CommentService::Stub::CreateComment, CreateOf(CommentId(++number)), traceparent);
  }
  const auto traces = PendingTraces();
  EXPECT_THAT(traces, SizeIs(3));
  EXPECT_THAT(traces, Each(IsEmpty()));
}

}  // namespace
}  // namespace inkwell::testing
