// A flood of what is too large, malformed or no call at all leaves a service up, and its memory
// within bounds.

#include <gmock/gmock.h>
#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <future>
#include <iterator>
#include <list>
#include <string>

#include "tests/integration/own_connection.h"
#include "tests/support/certificate_authority.h"
#include "tests/support/create_load.h"
#include "tests/support/loopback.h"
#include "tests/support/stack.h"

namespace inkwell::testing {
namespace {

constexpr const char* kCreate = "/inkwell.v1.CommentService/CreateComment";

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

// A quarter of the gigabyte that a flood brings. AddressSanitizer keeps what was freed for a
// while, and so hides what is held.
void ExpectSmallGrowth(const ServiceProcess& service, std::int64_t before_kilobytes) {
#if !defined(__SANITIZE_ADDRESS__)
  EXPECT_LT(PeakKilobytes(service) - before_kilobytes, 256 << 10);
#else
  EXPECT_GT(PeakKilobytes(service), before_kilobytes);
#endif
}

// A connection that says `bytes`, which need not be HTTP/2, and then nothing more.
class RawConnection {
 public:
  RawConnection(int port, const std::string& bytes)
      : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const sockaddr_in address = Loopback(port);
    EXPECT_EQ(connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    (void)!send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }
  ~RawConnection() { close(socket_); }
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;

 private:
  const int socket_;
};

constexpr const char* kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

// Says what is no call of ours, in several ways, on a connection each.
void SendGarbage(int port, int times) {
  // A frame of 16 MiB, of which nothing follows; one of no known kind; no frame at all.
  const std::string huge("\xff\xff\xff\x00\x00\x00\x00\x00\x01", 9);
  const std::string unknown("\x00\x00\x01\xee\xff\x7f\xff\xff\xff\x00", 10);
  for (int i = 0; i < times; ++i) {
    for (const auto& bytes :
         {std::string("GET / HTTP/1.1\r\n\r\n"), std::string("\x16\x03\x01\x02", 4),
          std::string(1000, '\xfe'), kPreface + huge, kPreface + unknown,
          kPreface + std::string(1000, '\xfe')}) {
      const RawConnection connection(port, bytes);
    }
  }
}

TEST(Flood, OfOversizedMessagesIsRefusedAndFitsIntoMemory) {
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
  ExpectSmallGrowth(ingest, before);
}

TEST(Flood, OfMalformedRequestsHarmsNobody) {
  Stack stack;
  auto& ingest = stack.AddIngest();
  const std::int64_t before = PeakKilobytes(ingest);
  const auto channel = ConnectTo(ingest);
  const grpc::Slice bytes(std::string(100, '\xff'));
  std::list<RawCall> calls;
  for (int i = 0; i < 2000; ++i) calls.emplace_back(channel, bytes);
  SendGarbage(ingest.port(), 100);
  for (auto& call : calls) EXPECT_FALSE(call.Await().ok());
  EXPECT_TRUE(Create(ingest, CreateOf(CommentId(1))).ok());
  ExpectSmallGrowth(ingest, before);
}

// All of it at once, from many connections, and some that never say all they began to.
TEST(Flood, LeavesTheServiceUpForOthersMeanwhile) {
  Stack stack;
  auto& ingest = stack.AddIngest({"--max_connection_bytes=64MiB"});
  const std::int64_t before = PeakKilobytes(ingest);
  CreateLoad load({ConnectTo(ingest)});
  ASSERT_TRUE(load.AwaitAcknowledged(10));

  const grpc::Slice big(std::string(5 << 20, 'x'));
  const grpc::Slice malformed(std::string(3 << 20, '\xff'));
  std::list<RawCall> calls;
  std::list<RawConnection> silent;
  for (int i = 0; i < 64; ++i) {
    const auto channel = ConnectTo(ingest);
    for (const auto& bytes : {big, malformed}) calls.emplace_back(channel, bytes);
    silent.emplace_back(ingest.port(), i % 2 == 0 ? "" : kPreface);
  }
  SendGarbage(ingest.port(), 50);
  EXPECT_TRUE(load.AwaitAcknowledged(10));
  for (auto& call : calls) EXPECT_FALSE(call.Await().ok());
  EXPECT_TRUE(load.AwaitAcknowledged(100));
  EXPECT_TRUE(Create(ingest, CreateOf(CommentId(1))).ok());
  ExpectSmallGrowth(ingest, before);
}

TEST(Flood, OfGarbageHarmsNoOtherPort) {
  Stack stack;
  const CertificateAuthority ca;
  const auto server = ca.Issue("server");
  auto& secure =
      stack.AddIngest({"--tls_cert=" + server.cert.string(), "--tls_key=" + server.key.string()},
                      Until::kListening);
  auto& flusher = stack.AddFlusher();
  for (const int port : {secure.port(), secure.http_port(), flusher.port(), flusher.http_port()}) {
    SendGarbage(port, 50);
  }
  EXPECT_EQ(GetStatus(flusher).pending(), 0);
  EXPECT_EQ(flusher.ReadyStatus(), 200);
  EXPECT_EQ(secure.ReadyStatus(), 200);
  grpc::SslCredentialsOptions options;
  std::ifstream file(ca.cert());
  options.pem_root_certs = {std::istreambuf_iterator<char>(file), {}};
  const auto channel = grpc::CreateChannel("127.0.0.1:" + std::to_string(secure.port()),
                                           grpc::SslCredentials(options));
  EXPECT_TRUE(channel->WaitForConnected(PatientDeadline()));
}

}  // namespace
}  // namespace inkwell::testing
