#include "common/server/tls_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/metric_family.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "tests/support/await.h"
#include "tests/support/certificate_authority.h"

namespace inkwell {
namespace {

using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

constexpr const char* kExpiry = "inkwell_tls_certificate_expiry_timestamp_seconds";
constexpr const char* kReloaded = "inkwell_tls_last_reload_successful";

std::map<std::string, double> Gauges(const TlsWatch& watch) {
  std::map<std::string, double> gauges;
  for (const auto& family : watch.Collect()) gauges[family.name] = family.metric[0].gauge.value;
  return gauges;
}

double SecondsOf(WallTime time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

TEST(TlsWatch, HasNothingToTellWithoutTls) {
  TlsWatch watch;
  EXPECT_THAT(Gauges(watch), IsEmpty());
  watch.Start({});
  EXPECT_THAT(Gauges(watch), IsEmpty());
}

TEST(TlsWatch, TellsUntilWhenTheLastGoodFilesAreValid) {
  const testing::CertificateAuthority ca;
  const auto server = ca.Issue("server");
  TlsFiles files{.cert = server.cert,
                 .key = server.key,
                 .client_ca = "",
                 .reload_interval = std::chrono::milliseconds(5)};
  const double first = SecondsOf(CheckTlsFiles(files, SystemClock().Now()).value());
  TlsWatch watch;
  watch.Start(files);
  EXPECT_THAT(Gauges(watch), UnorderedElementsAre(Pair(kExpiry, first), Pair(kReloaded, 1)));

  std::ofstream(server.cert) << "no certificate";
  EXPECT_TRUE(testing::Await([&] { return Gauges(watch)[kReloaded] == 0; }));
  EXPECT_EQ(Gauges(watch)[kExpiry], first) << "that is what those connected go on with";

  ca.Issue("server", 30);
  EXPECT_TRUE(testing::Await([&] { return Gauges(watch)[kReloaded] == 1; }));
  EXPECT_GT(Gauges(watch)[kExpiry], first + 27 * 24 * 3600);
}

}  // namespace
}  // namespace inkwell
