// SIGTERM and SIGINT: an orderly end, with exit code 0, that loses nothing.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/await.h"
#include "tests/support/balanced_channel.h"
#include "tests/support/create_load.h"
#include "tests/support/stack.h"

namespace inkwell::testing {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Whether some were acknowledged since it was started.
bool TakesComments(const ServiceProcess& ingest) {
  constexpr std::string_view kAccepted = "inkwell_accepted_changes_total{kind=\"create\"} ";
  const std::string metrics = ingest.Metrics();
  const auto at = metrics.find(kAccepted);
  return at != std::string::npos && metrics.at(at + kAccepted.size()) != '0';
}

class Shutdown : public ::testing::TestWithParam<int> {};

TEST_P(Shutdown, IngestFinishesItsCallsWhileAnotherTakesOver) {
  Stack stack;
  // Nobody takes the changes to Postgres, so it waits in vain for that.
  auto& leaving = stack.AddIngest({"--drain_timeout=2s"});
  auto& staying = stack.AddIngest();
  CreateLoad load({leaving.channel(), staying.channel()});
  ASSERT_TRUE(load.AwaitAcknowledged(500));
  leaving.Signal(GetParam());
  EXPECT_EQ(leaving.Wait(), 0) << leaving.Log();
  EXPECT_THAT(leaving.Log(), HasSubstr("done"));
  ASSERT_TRUE(load.AwaitAcknowledged(500));
  load.Stop();
  // Who came too late may try again elsewhere. CANCELLED is gRPC's own answer to a call
  // that arrives after it began to close, before the client knows of it.
  for (const auto& [code, messages] : load.failures()) {
    EXPECT_THAT(code, AnyOf(grpc::StatusCode::UNAVAILABLE, grpc::StatusCode::CANCELLED))
        << *messages.begin();
  }

  auto& flusher = stack.AddFlusher(OnRequestOnly());
  Flush(flusher);
  const auto ids = stack.QueryAll("SELECT comment_id FROM comments ORDER BY 1");
  const std::set<std::string> rows(ids.begin(), ids.end());
  for (const auto& id : load.acknowledged()) ASSERT_TRUE(rows.contains(id)) << id;
}

// As a rolling update does it. Each call is made once: it is the channel that finds the right
// server, and tries another.
TEST_P(Shutdown, FailsNoCallOfAClientThatFollowsTheServiceConfig) {
  Stack stack;
  auto& flusher = stack.AddFlusher();
  const std::vector<ServiceProcess*> ingests{&stack.AddIngest(), &stack.AddIngest()};
  CreateLoad load(8, BalancedChannel({ingests.begin(), ingests.end()}));
  for (auto* leaving : ingests) {
    ASSERT_TRUE(load.AwaitAcknowledged(500));
    const auto asked = std::chrono::steady_clock::now();
    leaving->Signal(GetParam());
    EXPECT_EQ(leaving->Wait(), 0) << leaving->Log();
    EXPECT_LT(std::chrono::steady_clock::now() - asked, std::chrono::seconds(8))
        << "calls that watch health don't hold it up until --drain_timeout";
    leaving->Start();
    ASSERT_TRUE(Await([&] { return TakesComments(*leaving); })) << leaving->Log();
  }
  load.Stop();
  for (const auto& [code, messages] : load.failures()) {
    ADD_FAILURE() << code << ": " << *messages.begin();
  }
  Flush(flusher);
  EXPECT_THAT(stack.Missing(load.acknowledged()), IsEmpty());
}

TEST_P(Shutdown, FlusherDrainsWhatThereIs) {
  Stack stack;
  CreateMany(stack.AddIngest(), 500);
  auto flags = OnRequestOnly();
  flags.insert(flags.end(), {"--batch_rows=20", "--drain_timeout=1m"});
  auto& flusher = stack.AddFlusher(flags);
  flusher.Signal(GetParam());
  EXPECT_EQ(flusher.Wait(), 0) << flusher.Log();
  EXPECT_EQ(stack.CountComments(), 500);
}

TEST_P(Shutdown, FlusherLeavesTheRestInRedis) {
  Stack stack;
  auto& ingest = stack.AddIngest();
  auto flags = OnRequestOnly();
  flags.emplace_back("--drain_timeout=100ms");
  auto& flusher = stack.AddFlusher(flags);
  CreateMany(ingest, 100);
  stack.postgres().Kill9();
  flusher.Signal(GetParam());
  EXPECT_EQ(flusher.Wait(), 0) << flusher.Log();

  ASSERT_TRUE(stack.postgres().Restart().ok());
  flusher.Start();
  ASSERT_TRUE(flusher.AwaitServing());
  EXPECT_EQ(GetStatus(flusher).pending(), 100);
  EXPECT_EQ(Flush(flusher).counts().inserted(), 100);
}

TEST_P(Shutdown, IngestEndsThoughRedisIsAway) {
  Stack stack;
  auto& ingest = stack.AddIngest({"--drain_timeout=100ms"});
  stack.redis().Kill9();
  ingest.Signal(GetParam());
  EXPECT_EQ(ingest.Wait(), 0) << ingest.Log();
}

TEST_P(Shutdown, FlusherEndsThoughPostgresWasNeverThere) {
  Stack stack;
  ServiceProcess flusher(FlusherProgram(), {"--redis=" + stack.redis().Url(),
                                            "--postgres=postgresql://127.0.0.1:1/nowhere"});
  flusher.Start();
  flusher.Signal(GetParam());
  EXPECT_EQ(flusher.Wait(), 0) << flusher.Log();
}

INSTANTIATE_TEST_SUITE_P(By, Shutdown, ::testing::Values(SIGTERM, SIGINT), [](const auto& signal) {
  return std::string("SIG") + sigabbrev_np(signal.param);
});

}  // namespace
}  // namespace inkwell::testing
