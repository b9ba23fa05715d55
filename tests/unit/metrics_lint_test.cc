// What both services tell Prometheus, judged by Prometheus' own linter.

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "common/server/grpc_metrics.h"
#include "common/server/pages.h"
#include "common/server/process_metrics.h"
#include "common/server/tls_watch.h"
#include "inkwell/v1/comment_service.pb.h"
#include "services/flusher/backlog/backlog_metrics.h"
#include "services/flusher/flush/flush_metrics.h"
#include "services/flusher/operator/dead_letter_metrics.h"
#include "services/ingest/ingest_metrics.h"
#include "tests/support/certificate_authority.h"
#include "tests/support/subprocess.h"
#include "tests/support/temp_dir.h"

namespace inkwell {
namespace {

// Runs `promtool check metrics` on a page, and expects it to have nothing to say.
void Lint(const HttpPage& page) {
  if (*testing::RunToEnd({.argv = {"promtool", "--version"}, .log = "/dev/null"}) == 127) {
    GTEST_SKIP() << "promtool (package prometheus) is not installed";
  }
  const testing::TempDir folder;
  const auto metrics = folder.path() / "metrics";
  const auto log = folder.path() / "log";
  std::ofstream(metrics) << page.render().body;
  const auto exit_code = testing::RunToEnd(
      {.argv = {"sh", "-c", "promtool check metrics < \"$1\"", "sh", metrics}, .log = log});
  std::ostringstream said;
  said << std::ifstream(log).rdbuf();
  EXPECT_EQ(*exit_code, 0) << said.str();
  EXPECT_EQ(said.str(), "");
}

TEST(MetricsLint, FindsNothingInTheFlusher) {
  flusher::FlushMetrics flush;
  flusher::DeadLetterMetrics dead_letters;
  flusher::BacklogMetrics backlog;
  flusher::Backlog looked;
  looked.partitions.resize(2);
  backlog.Looked(looked);
  Lint(MetricsPage({&flush, &backlog, &dead_letters}));
}

TEST(MetricsLint, FindsNothingInIngest) {
  const ingest::IngestMetrics metrics;
  Lint(MetricsPage({&metrics}));
}

TEST(MetricsLint, FindsNothingInWhatBothHave) {
  const GrpcMetrics calls(*v1::CreateCommentRequest::descriptor()->file()->service(0));
  const ProcessMetrics process;
  const testing::CertificateAuthority ca;
  const auto server = ca.Issue("server");
  TlsWatch tls;
  tls.Start({.cert = server.cert, .key = server.key, .client_ca = ""});
  Lint(MetricsPage({&calls, &process, &tls}));
}

}  // namespace
}  // namespace inkwell
