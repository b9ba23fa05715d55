#include "common/server/http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <atomic>
#include <fstream>

#include "common/server/pages.h"
#include "tests/support/http_get.h"
#include "tests/support/temp_dir.h"

namespace inkwell {
namespace {

using ::testing::HasSubstr;
using testing::HttpGet;

std::unique_ptr<HttpServer> StartWith(std::vector<HttpPage> pages) {
  return *HttpServer::Start({.listen = {"127.0.0.1", 0}, .port_file = ""}, std::move(pages));
}

TEST(HttpServer, RendersItsPagesAnewEachTime) {
  std::atomic<int> count = 0;
  const auto server =
      StartWith({{"/count", [&count] { return HttpResponse{.body = std::to_string(++count)}; }}});
  EXPECT_EQ(HttpGet(server->port(), "/count").body, "1");
  const auto second = HttpGet(server->port(), "/count?with=query");
  EXPECT_EQ(second.status, 200);
  EXPECT_EQ(second.body, "2");
  EXPECT_THAT(second.headers, HasSubstr("text/plain"));
}

TEST(HttpServer, KnowsNothingElse) {
  const auto server = StartWith({LivePage()});
  for (const char* path : {"/", "/livez/", "/livez/x", "/../etc/passwd"}) {
    EXPECT_EQ(HttpGet(server->port(), path).status, 404) << path;
  }
  EXPECT_THAT(HttpGet(server->port(), "/").body, HasSubstr("/livez"));
  EXPECT_EQ(HttpGet(server->port(), "/livez", "DELETE").status, 405);
}

TEST(HttpServer, AnswersHeadWithoutABody) {
  const auto server = StartWith({LivePage()});
  const auto answer = HttpGet(server->port(), "/livez", "HEAD");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "");
  EXPECT_THAT(answer.headers, HasSubstr("Content-Length: 3"));
}

TEST(HttpServer, SaysWhichAddressItCantHave) {
  const auto first = StartWith({});
  const auto second =
      HttpServer::Start({.listen = {"127.0.0.1", first->port()}, .port_file = ""}, {});
  EXPECT_TRUE(absl::IsFailedPrecondition(second.status()));
  EXPECT_THAT(std::string(second.status().message()), HasSubstr("--http_listen=127.0.0.1:"));
}

TEST(HttpServer, WritesItsPortFile) {
  const testing::TempDir folder;
  const std::string path = folder.path() / "port";
  const auto server = *HttpServer::Start({.listen = {"127.0.0.1", 0}, .port_file = path}, {});
  int port = 0;
  std::ifstream(path) >> port;
  EXPECT_EQ(port, server->port());
}

TEST(Pages, ReadyFollowsWhatItIsTold) {
  std::atomic<bool> ready = false;
  const auto server = StartWith({ReadyPage([&ready] {
    return ready ? absl::OkStatus() : absl::UnavailableError("Redis is not reachable");
  })});
  const auto before = HttpGet(server->port(), "/readyz");
  EXPECT_EQ(before.status, 503);
  EXPECT_EQ(before.body, "Redis is not reachable\n");
  ready = true;
  EXPECT_EQ(HttpGet(server->port(), "/readyz").status, 200);
}

TEST(Pages, MetricsAreInPrometheusTextFormat) {
  prometheus::Registry registry;
  prometheus::BuildCounter()
      .Name("things_total")
      .Help("Things.")
      .Register(registry)
      .Add({})
      .Increment(3);
  prometheus::Registry more;
  prometheus::BuildGauge().Name("warmth").Help("Warmth.").Register(more).Add({}).Set(36.5);
  const auto server = StartWith({MetricsPage({&registry, &more})});
  const auto answer = HttpGet(server->port(), "/metrics");
  EXPECT_THAT(answer.headers, HasSubstr("text/plain; version=0.0.4"));
  EXPECT_THAT(answer.body, HasSubstr("# TYPE things_total counter\nthings_total 3"));
  EXPECT_THAT(answer.body, HasSubstr("warmth 36.5"));
}

}  // namespace
}  // namespace inkwell
