// What a client can't do to the server: fill its connections, or keep one for ever.

#include <gmock/gmock.h>
#include <grpcpp/client_context.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/integration/own_connection.h"
#include "tests/integration/streaming_client.h"
#include "tests/support/create_load.h"
#include "tests/support/stack.h"

namespace inkwell::testing {
namespace {

v1::StreamChangesRequest OneCreate(int number) {
  v1::StreamChangesRequest message;
  message.add_changes()->set_tag(number);
  *message.mutable_changes(0)->mutable_create() = CreateOf(CommentId(number));
  return message;
}

TEST(Limits, MetadataHaveALimit) {
  Stack stack;
  auto& ingest = stack.AddIngest();
  const auto with = [&](std::size_t size) {
    grpc::ClientContext context;
    context.set_deadline(PatientDeadline());
    context.AddMetadata("x-much", std::string(size, 'm'));
    v1::CreateCommentResponse response;
    return v1::CommentService::NewStub(ingest.channel())
        ->CreateComment(&context, CreateOf(CommentId(1)), &response)
        .error_code();
  };
  EXPECT_EQ(with(4 << 10), grpc::StatusCode::OK);
  EXPECT_EQ(with(16 << 10), grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST(Limits, OneConnectionHasSoManyCallsAtATime) {
  Stack stack;
  auto& ingest = stack.AddIngest({"--max_concurrent_streams=1"});
  const auto channel = ConnectTo(ingest);
  StreamingClient stream(channel);
  stream.BeginReading();
  stream.Send(OneCreate(1));
  ASSERT_TRUE(stream.AwaitResults(1));
  const auto create = [&](std::chrono::system_clock::time_point deadline) {
    grpc::ClientContext context;
    context.set_deadline(deadline);
    v1::CreateCommentResponse response;
    return v1::CommentService::NewStub(channel)
        ->CreateComment(&context, CreateOf(CommentId(2)), &response)
        .error_code();
  };
  EXPECT_EQ(create(std::chrono::system_clock::now() + std::chrono::milliseconds(300)),
            grpc::StatusCode::DEADLINE_EXCEEDED);
  EXPECT_TRUE(Create(ingest, CreateOf(CommentId(3))).ok()) << "on another connection";
  stream.HalfClose();
  EXPECT_TRUE(stream.AwaitEnd().ok());
  EXPECT_EQ(create(PatientDeadline()), grpc::StatusCode::OK);
}

// Both on one channel, whose connection grows old several times.
TEST(Limits, AnOldConnectionTakesNoNewCallsButKeepsItsStream) {
  Stack stack;
  auto& ingest = stack.AddIngest({"--max_connection_age=1s"});
  const auto channel = ConnectTo(ingest);
  StreamingClient stream(channel);
  stream.BeginReading();
  stream.Send(OneCreate(1));
  ASSERT_TRUE(stream.AwaitResults(1));
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(Await([&] { return channel->GetState(false) == GRPC_CHANNEL_IDLE; }))
        << "it was not told to leave";
    grpc::ClientContext context;
    context.set_deadline(PatientDeadline());
    v1::CreateCommentResponse response;
    const auto status = v1::CommentService::NewStub(channel)->CreateComment(
        &context, CreateOf(CommentId(10 + i)), &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
  }
  EXPECT_TRUE(stream.Send(OneCreate(2)));
  EXPECT_TRUE(stream.AwaitResults(2));
  stream.HalfClose();
  EXPECT_TRUE(stream.AwaitEnd().ok());
}

TEST(Limits, ConnectionsThatGrowOldFailNoCall) {
  Stack stack;
  auto& ingest = stack.AddIngest({"--max_connection_age=1s"});
  const auto channel = ConnectTo(ingest);
  CreateLoad load({channel});
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(load.AwaitAcknowledged(10));
    ASSERT_TRUE(channel->WaitForStateChange(GRPC_CHANNEL_READY, PatientDeadline()));
  }
  ASSERT_TRUE(load.AwaitAcknowledged(10));
  load.Stop();
  for (const auto& [code, messages] : load.failures()) {
    ADD_FAILURE() << code << ' ' << *messages.begin();
  }
}

}  // namespace
}  // namespace inkwell::testing
