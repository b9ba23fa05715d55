#include "common/server/tls_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "tests/support/certificate_authority.h"

namespace inkwell {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class TlsFilesTest : public ::testing::Test {
 protected:
  static TlsFiles Files(const testing::CertificateAuthority::Issued& issued,
                        const std::string& client_ca = "") {
    TlsFiles files;
    files.cert = issued.cert;
    files.key = issued.key;
    files.client_ca = client_ca;
    return files;
  }
  static std::string ErrorOf(const TlsFiles& files, WallTime now = SystemClock().Now()) {
    const auto result = CheckTlsFiles(files, now);
    EXPECT_FALSE(result.ok());
    return std::string(result.status().message());
  }

  const testing::CertificateAuthority ca_;
};

TEST_F(TlsFilesTest, SaysUntilWhenTheyAreValid) {
  const WallTime before = SystemClock().Now();
  const auto server = ca_.Issue("server");
  // Only now: a second that ends meanwhile begins the certificate.
  const WallTime now = SystemClock().Now();
  const auto until = CheckTlsFiles(Files(server, ca_.cert()), now);
  ASSERT_TRUE(until.ok()) << until.status();
  EXPECT_GT(*until, before + std::chrono::hours(48) - std::chrono::seconds(2));
  EXPECT_LE(*until, now + std::chrono::hours(48));
  EXPECT_EQ(ToUtcText(WallTime(std::chrono::seconds(1'700'000'000))), "2023-11-14T22:13:20Z");
  EXPECT_THAT(ErrorOf(Files(server), now + std::chrono::days(3)), HasSubstr("has expired at"));
}

TEST_F(TlsFilesTest, TheChainEndsWithItsFirst) {
  const auto server = ca_.Issue("server");
  const auto expired = ca_.Issue("intermediate", -1);
  std::ofstream(server.cert, std::ios::app) << std::ifstream(expired.cert).rdbuf();
  EXPECT_THAT(ErrorOf(Files(server)), HasSubstr("has expired at"));
}

TEST_F(TlsFilesTest, RefusesAnExpiredCertificateAndOneThatIsNotValidYet) {
  const auto expired = ca_.Issue("expired", -1);
  EXPECT_THAT(ErrorOf(Files(expired)),
              AllOf(StartsWith("--tls_cert=" + expired.cert.string()), HasSubstr("has expired at"),
                    Not(HasSubstr("tls_key"))));
  EXPECT_THAT(ErrorOf(Files(ca_.Issue("young")), SystemClock().Now() - std::chrono::hours(1)),
              HasSubstr("is not valid before"));
}

TEST_F(TlsFilesTest, RefusesAKeyThatDoesNotFit) {
  auto files = Files(ca_.Issue("server"));
  files.key = ca_.Issue("other").key;
  EXPECT_THAT(ErrorOf(files), AllOf(HasSubstr("--tls_key=" + files.key), HasSubstr(files.cert),
                                    HasSubstr("is not the key")));
}

TEST_F(TlsFilesTest, NamesAllThatIsMissingAtOnce) {
  TlsFiles files;
  files.cert = "/no/cert";
  files.key = "/no/key";
  files.client_ca = "/no/ca";
  EXPECT_THAT(ErrorOf(files), AllOf(HasSubstr("--tls_cert=/no/cert"), HasSubstr("/no/key"),
                                    HasSubstr("--tls_client_ca=/no/ca"), HasSubstr("No such")));
}

TEST_F(TlsFilesTest, RefusesFilesThatHoldSomethingElse) {
  const auto server = ca_.Issue("server");
  // Each where the other belongs.
  auto files = Files({server.key, server.cert}, server.key);
  EXPECT_THAT(ErrorOf(files),
              AllOf(HasSubstr("--tls_cert=" + files.cert + ": holds no certificate"),
                    HasSubstr("--tls_key=" + files.key + ": holds no private key"),
                    HasSubstr("--tls_client_ca=" + files.client_ca + ": holds no certificate")));
  std::ofstream(server.cert) << "";
  EXPECT_THAT(ErrorOf(Files(server)), HasSubstr("holds no certificate"));
}

TEST_F(TlsFilesTest, TakesCertificateAndKeyTogether) {
  const auto server = ca_.Issue("server");
  TlsFiles files;
  EXPECT_FALSE(files.on());
  files.client_ca = ca_.cert();
  EXPECT_TRUE(files.on());
  EXPECT_THAT(ErrorOf(files), AllOf(HasSubstr("--tls_cert"), HasSubstr("--tls_key")));
  files.key = server.key;
  EXPECT_THAT(ErrorOf(files), HasSubstr("--tls_cert=: is not set"));
  files = {};
  files.cert = server.cert;
  EXPECT_THAT(ErrorOf(files), HasSubstr("--tls_key=: is not set"));
}

}  // namespace
}  // namespace inkwell
