// TLS to a real Redis: whom we talk to, and who we are. Built where hiredis has TLS.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "common/queue/redis_push_queue.h"
#include "tests/contract/redis_queue_options.h"

namespace inkwell::queue {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

absl::Status Connect(const QueueOptions& options) {
  return RedisPushQueue(options).Connect().status();
}

std::string Refusal(const QueueOptions& options) {
  const absl::Status status = Connect(options);
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  return std::string(status.message());
}

TEST(RedisTls, KnowsItsServerByTheCa) {
  const TlsServer server;
  EXPECT_TRUE(Connect(OptionsFor(server)).ok());
  auto options = OptionsFor(server);
  const testing::CertificateAuthority other;
  options.connect.tls.ca = other.cert();
  EXPECT_THAT(Refusal(options), HasSubstr("certificate of 127.0.0.1"));
  options.connect.tls.ca = "";
  EXPECT_THAT(Refusal(options), HasSubstr("certificate of 127.0.0.1"))
      << "the system's CAs don't know it";
}

TEST(RedisTls, KnowsItsServerByName) {
  TlsServer server;
  auto options = OptionsFor(server);
  options.url.servers[0].host = "localhost";
  EXPECT_THAT(Refusal(options), AllOf(HasSubstr("localhost"), HasSubstr("hostname mismatch")));
  server.redis = server.StartWith(server.ca.Issue("localhost"), "tls-auth-clients no");
  options = OptionsFor(server);
  options.url.servers[0].host = "localhost";
  EXPECT_TRUE(Connect(options).ok());
}

TEST(RedisTls, RefusesAnExpiredCertificate) {
  TlsServer server;
  server.redis = server.StartWith(server.ca.Issue("expired", -1), "tls-auth-clients no");
  EXPECT_THAT(Refusal(OptionsFor(server)), HasSubstr("expired"));
}

TEST(RedisTls, ShowsItsOwnCertificate) {
  TlsServer server;
  server.redis = server.StartWith(server.issued, "tls-auth-clients yes");
  auto options = OptionsFor(server);
  EXPECT_TRUE(absl::IsUnavailable(Connect(options)));
  const auto client = server.ca.Issue("client");
  options.connect.tls.cert = client.cert;
  options.connect.tls.key = client.key;
  EXPECT_TRUE(Connect(options).ok());
}

TEST(RedisTls, IsUnavailableWithAServerThatHasNone) {
  const auto plain = *testing::RedisServer::Start();
  auto options = OptionsFor(*plain);
  options.url.tls = true;
  EXPECT_THAT(Refusal(options), HasSubstr("TLS to Redis"));
}

TEST(RedisTls, IsUnavailableWhenTheServerHangs) {
  const TlsServer server;
  auto options = OptionsFor(server);
  options.connect.io_timeout = std::chrono::milliseconds(200);
  RedisPushQueue push(options);
  ASSERT_TRUE(push.Connect().ok());
  server.redis->Pause();
  const PartitionPush one{0, {"a"}};
  EXPECT_THAT(std::string(push.Push({&one, 1}).status().message()), HasSubstr("no answer in time"));
  EXPECT_TRUE(absl::IsUnavailable(Connect(options))) << "nor is the handshake waited for longer";
  server.redis->Resume();
  EXPECT_TRUE(push.Connect().ok());
}

TEST(RedisTls, NamesTheFileThatIsWrong) {
  const TlsServer server;
  const auto client = server.ca.Issue("client");
  const auto problem = [&](const redis::TlsFiles& files) {
    auto options = OptionsFor(server);
    options.connect.tls = files;
    const absl::Status status = CheckOptions(options);
    EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
    EXPECT_TRUE(absl::IsUnavailable(Connect(options))) << "files may come to be right again";
    return std::string(status.message());
  };
  EXPECT_TRUE(CheckOptions(OptionsFor(server)).ok());
  EXPECT_THAT(problem({.ca = "/no/ca"}), HasSubstr("--redis_tls_ca=/no/ca"));
  EXPECT_THAT(problem({.ca = client.key}), HasSubstr("--redis_tls_ca="));
  EXPECT_THAT(problem({.cert = client.cert}), HasSubstr("--redis_tls_key=: is not set"));
  EXPECT_THAT(problem({.key = client.key}), HasSubstr("--redis_tls_cert=: is not set"));
  EXPECT_THAT(problem({.cert = "/no/cert", .key = client.key}), HasSubstr("=/no/cert"));
  EXPECT_THAT(problem({.cert = client.cert, .key = server.issued.key}),
              AllOf(HasSubstr("--redis_tls_key="), HasSubstr("is not the key")));
}

}  // namespace
}  // namespace inkwell::queue
