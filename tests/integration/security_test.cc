// Who may connect and who may call: TLS, clients' certificates and tokens, as they are set
// and as they change.

#include <gmock/gmock.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <optional>
#include <string>

#include "tests/integration/reflection_client.h"
#include "tests/support/certificate_authority.h"
#include "tests/support/error_details.h"
#include "tests/support/stack.h"

namespace inkwell::testing {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using Channel = std::shared_ptr<grpc::Channel>;
using Issued = CertificateAuthority::Issued;

// The tokens "abc" of a writer and "operator-token" of an operator.
constexpr const char* kWriterLine =
    "forum ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad writer\n";
constexpr const char* kOperatorLine =
    "me 0850123315d21ab90f4f7236408a52ef6dbd6a02a6550e5c10dc73f4d993680e operator\n";

std::string Read(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// A client that knows `server_ca` and shows its own certificate, if it has one. Each has a
// connection of its own.
Channel TlsChannelTo(const ServiceProcess& service, const CertificateAuthority& server_ca,
                     const std::optional<Issued>& own = {}) {
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = Read(server_ca.cert());
  if (own) {
    options.pem_cert_chain = Read(own->cert);
    options.pem_private_key = Read(own->key);
  }
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(service.port()),
                                   grpc::SslCredentials(options), arguments);
}

// One call, with a token unless it is empty.
class Call {
 public:
  explicit Call(const std::string& token) {
    context_.set_deadline(PatientDeadline());
    if (!token.empty()) context_.AddMetadata("authorization", "Bearer " + token);
  }
  grpc::Status Create(const Channel& channel) {
    v1::CreateCommentResponse response;
    return v1::CommentService::NewStub(channel)->CreateComment(&context_, CreateOf(CommentId(1)),
                                                               &response);
  }
  grpc::Status GetStatus(const Channel& channel) {
    v1::GetStatusResponse response;
    return v1::FlusherService::NewStub(channel)->GetStatus(&context_, {}, &response);
  }
  // Any method, with an empty request.
  grpc::Status Method(const Channel& channel, const std::string& name) {
    const grpc::Slice empty("");
    const grpc::ByteBuffer sent(&empty, 1);
    grpc::ByteBuffer received;
    std::promise<grpc::Status> answered;
    grpc::GenericStub(channel).UnaryCall(
        &context_, name, {}, &sent, &received,
        [&](grpc::Status status) { answered.set_value(std::move(status)); });
    return answered.get_future().get();
  }
  // The certificate that the server showed, in PEM. After the call.
  [[nodiscard]] std::string ServersCertificate() const {
    const auto values =
        context_.auth_context()->FindPropertyValues(GRPC_X509_PEM_CERT_PROPERTY_NAME);
    return values.empty() ? "" : std::string(values[0].data(), values[0].size());
  }

 private:
  grpc::ClientContext context_;
};

grpc::Status Create(const Channel& channel, const std::string& token = "") {
  return Call(token).Create(channel);
}
grpc::Status GetStatus(const Channel& channel, const std::string& token = "") {
  return Call(token).GetStatus(channel);
}

class Tls : public ::testing::Test {
 protected:
  Flags ServerFlags() const {
    return {"--tls_cert=" + server_.cert.string(), "--tls_key=" + server_.key.string(),
            "--reload_interval=1s"};
  }
  // Health can't be asked for in plain text, so readiness is what the calls wait for.
  ServiceProcess& AddIngest(Flags more = {}) {
    auto flags = ServerFlags();
    flags.insert(flags.end(), more.begin(), more.end());
    return stack_.AddIngest(flags, Until::kListening);
  }
  // Ingest answers UNAVAILABLE too until it has reached Redis.
  static bool AwaitCreate(const Channel& channel) {
    return Await([&] { return Create(channel).ok(); });
  }
  // As above, on a new connection each time.
  bool AwaitConnection(const ServiceProcess& service) const {
    return Await([&] { return Create(TlsChannelTo(service, ca_)).ok(); });
  }

  const CertificateAuthority ca_;
  const CertificateAuthority other_ca_;
  const Issued server_ = ca_.Issue("server");
  Stack stack_;
};

TEST_F(Tls, ServesWhoKnowsItsCaAndNobodyElse) {
  auto& ingest = AddIngest();
  EXPECT_TRUE(AwaitCreate(TlsChannelTo(ingest, ca_)));
  EXPECT_EQ(Create(TlsChannelTo(ingest, other_ca_)).error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(Create(ingest.channel()).error_code(), grpc::StatusCode::UNAVAILABLE) << "plain text";
  EXPECT_TRUE(Create(TlsChannelTo(ingest, ca_)).ok()) << "harmed by the others";
  EXPECT_THAT(ingest.Log(), HasSubstr("serving TLS; the certificate is valid until 20"));

  auto& flusher = stack_.AddFlusher(ServerFlags(), Until::kListening);
  EXPECT_TRUE(Await([&] { return GetStatus(TlsChannelTo(flusher, ca_)).ok(); }));
}

TEST_F(Tls, ReflectsItsServices) {
  ReflectionClient client(TlsChannelTo(AddIngest(), ca_));
  EXPECT_THAT(client.ListServices(), Contains("inkwell.v1.CommentService"));
  EXPECT_TRUE(client.Describes("inkwell.v1.CommentService"));
}

TEST_F(Tls, AsksClientsForACertificateOfTheirCa) {
  const CertificateAuthority client_ca;
  auto& ingest = AddIngest({"--tls_client_ca=" + client_ca.cert().string()});
  EXPECT_TRUE(AwaitCreate(TlsChannelTo(ingest, ca_, client_ca.Issue("client"))));
  EXPECT_FALSE(Create(TlsChannelTo(ingest, ca_)).ok()) << "without one";
  EXPECT_FALSE(Create(TlsChannelTo(ingest, ca_, other_ca_.Issue("client"))).ok()) << "another's";
  EXPECT_FALSE(Create(TlsChannelTo(ingest, ca_, client_ca.Issue("late", -1))).ok()) << "expired";
}

TEST_F(Tls, ServesARotatedCertificateWithoutARestart) {
  auto& ingest = AddIngest();
  const auto old_connection = TlsChannelTo(ingest, ca_);
  ASSERT_TRUE(AwaitCreate(old_connection));
  const auto served = [&] {
    Call call("");
    return call.Create(TlsChannelTo(ingest, ca_)).ok() ? call.ServersCertificate() : "";
  };
  const std::string before = served();
  EXPECT_EQ(before, Read(server_.cert));
  ca_.Issue("server");
  const std::string after = Read(server_.cert);
  ASSERT_NE(after, before);
  EXPECT_TRUE(Await([&] { return served() == after; }));
  EXPECT_TRUE(Create(old_connection).ok());
}

TEST_F(Tls, TakesClientsOfARotatedCa) {
  const CertificateAuthority old_ca;
  const TempDir folder;
  const auto file = folder.path() / "ca.crt";
  std::ofstream(file) << Read(old_ca.cert());
  auto& ingest = AddIngest({"--tls_client_ca=" + file.string()});
  const auto old_client = old_ca.Issue("client");
  const auto new_client = other_ca_.Issue("client");
  ASSERT_TRUE(AwaitCreate(TlsChannelTo(ingest, ca_, old_client)));
  EXPECT_FALSE(Create(TlsChannelTo(ingest, ca_, new_client)).ok());
  std::ofstream(file) << Read(other_ca_.cert());
  EXPECT_TRUE(Await([&] { return Create(TlsChannelTo(ingest, ca_, new_client)).ok(); }));
  EXPECT_FALSE(Create(TlsChannelTo(ingest, ca_, old_client)).ok());
}

TEST_F(Tls, SaysWhatIsWrongWithWhatItWasRotatedTo) {
  auto& ingest = AddIngest();
  ASSERT_TRUE(AwaitCreate(TlsChannelTo(ingest, ca_)));
  std::ofstream(server_.key) << Read(ca_.Issue("other").key);
  EXPECT_TRUE(Await([&] {
    return ingest.Log().find("is not the key of the certificate") != std::string::npos;
  })) << ingest.Log();
  ca_.Issue("server");
  EXPECT_TRUE(AwaitConnection(ingest)) << "mended";
}

class Tokens : public Tls {
 protected:
  Tokens() { WriteTokens(std::string(kWriterLine) + kOperatorLine); }

  void WriteTokens(const std::string& lines) { std::ofstream(file_) << lines; }
  Flags TokenFlags() const {
    return {"--auth_tokens_file=" + file_.string(), "--reload_interval=1s"};
  }
  static void ExpectRefused(const grpc::Status& status, grpc::StatusCode code,
                            const std::string& reason) {
    EXPECT_EQ(status.error_code(), code) << status.error_message();
    EXPECT_EQ(DetailsOf(status).reason, reason);
  }

  const TempDir folder_;
  const std::filesystem::path file_ = folder_.path() / "tokens";
};

TEST_F(Tokens, WritersWriteAndOperatorsOperate) {
  const auto ingest = stack_.AddIngest(TokenFlags()).channel();
  const auto flusher = stack_.AddFlusher(TokenFlags()).channel();
  EXPECT_TRUE(Create(ingest, "abc").ok());
  EXPECT_TRUE(GetStatus(flusher, "operator-token").ok());
  ExpectRefused(Create(ingest), grpc::StatusCode::UNAUTHENTICATED, "TOKEN_MISSING");
  ExpectRefused(Create(ingest, "abcd"), grpc::StatusCode::UNAUTHENTICATED, "TOKEN_UNKNOWN");
  ExpectRefused(Create(ingest, "operator-token"), grpc::StatusCode::PERMISSION_DENIED,
                "ROLE_REQUIRED");
  ExpectRefused(GetStatus(flusher), grpc::StatusCode::UNAUTHENTICATED, "TOKEN_MISSING");
  ExpectRefused(GetStatus(flusher, "abc"), grpc::StatusCode::PERMISSION_DENIED, "ROLE_REQUIRED");
}

// So that none is forgotten: who adds a method finds it here.
TEST_F(Tokens, EveryMethodAsksForThem) {
  const auto expect_all = [](const Channel& channel, const char* service) {
    const auto* methods =
        google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(service);
    for (int i = 0; i < methods->method_count(); ++i) {
      const std::string name = std::string("/") + service + "/" + methods->method(i)->name();
      SCOPED_TRACE(name);
      ExpectRefused(Call("").Method(channel, name), grpc::StatusCode::UNAUTHENTICATED,
                    "TOKEN_MISSING");
    }
  };
  expect_all(stack_.AddIngest(TokenFlags()).channel(), "inkwell.v1.CommentService");
  expect_all(stack_.AddFlusher(TokenFlags()).channel(), "inkwell.v1.FlusherService");
}

TEST_F(Tokens, HealthAndReflectionNeedNone) {
  auto& ingest = stack_.AddIngest(TokenFlags());
  EXPECT_EQ(ingest.HealthOf("inkwell.v1.CommentService"), ServiceProcess::Health::SERVING);
  EXPECT_TRUE(ReflectionClient(ingest.channel()).Describes("inkwell.v1.CommentService"));
}

TEST_F(Tokens, ComeAndGoWithoutARestart) {
  WriteTokens(kOperatorLine);
  auto& ingest = stack_.AddIngest(TokenFlags());
  EXPECT_FALSE(Create(ingest.channel(), "abc").ok());
  WriteTokens(kWriterLine);
  EXPECT_TRUE(Await([&] { return Create(ingest.channel(), "abc").ok(); }));
  ExpectRefused(Create(ingest.channel(), "operator-token"), grpc::StatusCode::UNAUTHENTICATED,
                "TOKEN_UNKNOWN");
  WriteTokens("abc\n");
  EXPECT_TRUE(Await([&] { return ingest.Log().find("line 1: expected") != std::string::npos; }));
  EXPECT_TRUE(Create(ingest.channel(), "abc").ok()) << "a bad version changes nothing";
}

TEST_F(Tokens, RefusalsAreLoggedAndTokensAreNot) {
  auto& ingest = stack_.AddIngest(TokenFlags());
  const auto status = Create(ingest.channel(), "hunter2");
  EXPECT_THAT(status.error_message(),
              AllOf(HasSubstr("--auth_tokens_file"), Not(HasSubstr("hunter2"))));
  EXPECT_THAT(ingest.Log(),
              AllOf(HasSubstr("refused a call of ipv4:127.0.0.1"), Not(HasSubstr("hunter2"))));
}

TEST_F(Tokens, GoWithTls) {
  auto& ingest = AddIngest(TokenFlags());
  const auto channel = TlsChannelTo(ingest, ca_);
  EXPECT_TRUE(Await([&] { return Create(channel, "abc").ok(); }));
  ExpectRefused(Create(channel), grpc::StatusCode::UNAUTHENTICATED, "TOKEN_MISSING");
}

TEST_F(Tokens, OpenAStream) {
  const auto stub = v1::CommentService::NewStub(stack_.AddIngest(TokenFlags()).channel());
  grpc::ClientContext context;
  context.set_deadline(PatientDeadline());
  context.AddMetadata("authorization", "Bearer abc");
  const auto stream = stub->StreamChanges(&context);
  v1::StreamChangesRequest request;
  *request.add_changes()->mutable_create() = CreateOf(CommentId(7));
  v1::StreamChangesResponse response;
  EXPECT_TRUE(stream->Write(request) && stream->WritesDone() && stream->Read(&response));
  EXPECT_EQ(response.results(0).result().code(), 0);
  EXPECT_TRUE(stream->Finish().ok());
}

}  // namespace
}  // namespace inkwell::testing
