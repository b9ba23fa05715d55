// What a client can't do to the server: flood it, fill it or keep its connection for ever.

#include <gmock/gmock.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <future>
#include <list>
#include <string>
#include <vector>

#include "tests/integration/streaming_client.h"
#include "tests/support/create_load.h"
#include "tests/support/loopback.h"
#include "tests/support/stack.h"

namespace inkwell::testing {
namespace {

constexpr const char* kCreate = "/inkwell.v1.CommentService/CreateComment";

// A connection of its own.
std::shared_ptr<grpc::Channel> ConnectTo(const ServiceProcess& ingest) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(ingest.port()),
                                   grpc::InsecureChannelCredentials(), arguments);
}

v1::StreamChangesRequest OneCreate(int number) {
  v1::StreamChangesRequest message;
  message.add_changes()->set_tag(number);
  *message.mutable_changes(0)->mutable_create() = CreateOf(CommentId(number));
  return message;
}

// A call of raw bytes, under way until it is awaited.
class RawCall {
 public:
  RawCall(const std::shared_ptr<grpc::Channel>& channel, const grpc::Slice& bytes)
      : stub_(channel), sent_(&bytes, 1) {
    context_.set_deadline(PatientDeadline());
    stub_.UnaryCall(&context_, kCreate, {}, &sent_, &received_,
                    [this](const grpc::Status& status) { answered_.set_value(status); });
  }
  grpc::Status Await() { return answered_.get_future().get(); }

 private:
  grpc::GenericStub stub_;
  grpc::ClientContext context_;
  const grpc::ByteBuffer sent_;
  grpc::ByteBuffer received_;
  std::promise<grpc::Status> answered_;
};

std::int64_t PeakKilobytes(const ServiceProcess& service) {
  std::ifstream status("/proc/" + std::to_string(service.pid()) + "/status");
  for (std::string word; status >> word;) {
    std::int64_t kilobytes = 0;
    if (word == "VmHWM:" && status >> kilobytes) return kilobytes;
  }
  return -1;
}

// Sends `bytes` on a connection that knows nothing of HTTP/2, and leaves.
void SendGarbage(int port, const std::string& bytes) {
  const int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = Loopback(port);
  ASSERT_EQ(connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  (void)!send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  close(connection);
}

TEST(Limits, AFloodOfOversizedMessagesIsRefusedAndFitsIntoMemory) {
  Stack stack;
  auto& ingest = stack.AddIngest({"--max_connection_bytes=32MiB"});
  const std::int64_t before = PeakKilobytes(ingest);
  const grpc::Slice big(std::string(32 << 20, 'x'));
  std::list<RawCall> calls;
  for (int i = 0; i < 8; ++i) {
    const auto channel = ConnectTo(ingest);
    for (int k = 0; k < 4; ++k) calls.emplace_back(channel, big);
  }
  for (auto& call : calls) EXPECT_FALSE(call.Await().ok());
  EXPECT_TRUE(Create(ingest, CreateOf(CommentId(1))).ok());
  // AddressSanitizer keeps what was freed for a while, and so hides what is held.
#if !defined(__SANITIZE_ADDRESS__)
  EXPECT_LT(PeakKilobytes(ingest) - before, 128 << 10);
#else
  EXPECT_GT(PeakKilobytes(ingest), before);
#endif
}

TEST(Limits, AFloodOfMalformedRequestsHarmsNobody) {
  Stack stack;
  auto& ingest = stack.AddIngest();
  const auto channel = ConnectTo(ingest);
  const grpc::Slice bytes(std::string(100, '\xff'));
  std::list<RawCall> calls;
  for (int i = 0; i < 2000; ++i) calls.emplace_back(channel, bytes);
  for (int i = 0; i < 200; ++i) {
    SendGarbage(ingest.port(), "GET / HTTP/1.1\r\n\r\n");
    SendGarbage(ingest.port(), "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + std::string(1000, '\xfe'));
  }
  for (auto& call : calls) EXPECT_FALSE(call.Await().ok());
  EXPECT_TRUE(Create(ingest, CreateOf(CommentId(1))).ok());
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
