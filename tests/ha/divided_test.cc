// A network that is cut between a master and its replicas: one of those becomes the master, and
// the former one goes on. On both sides changes are acknowledged, flushed and trimmed. Once the
// network is whole again, all that the former master has taken since is thrown away, and its
// ingest pushes what is not in Postgres yet to the other.
//
// With Sentinel, since a Redis Cluster's master that sees no majority takes nothing more after
// the node timeout.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/crash/verdict.h"
#include "tests/ha/divided_redis.h"
#include "tests/ha/replicas.h"
#include "tests/ha/rounds.h"
#include "tests/support/await.h"

namespace inkwell::testing {
namespace {

std::int64_t CountPushedAgain(const ServiceProcess& ingest) {
  constexpr std::string_view kMetric = "\ninkwell_repushed_entries_total ";
  const std::string page = ingest.Metrics();
  const std::size_t at = page.find(kMetric);
  return at == std::string::npos ? 0 : std::atoll(page.c_str() + at + kMetric.size());
}

// Near services are those of URL 0.
struct NearRoom {
  const RedisServer& master;
  ServiceProcess& ingest;
  ServiceProcess& flusher;

  [[nodiscard]] std::int64_t CountTrimmed() const {
    return ReadBooks(master.Url(), FailoverWorld::kPartitions).head;
  }

  // It works on its own, and at last takes changes that it doesn't bring to Postgres any more.
  void GoOn() const {
    const std::int64_t trimmed = CountTrimmed();
    AwaitChanges(master);
    AwaitOrThrow("what the former master has taken is flushed",
                 [&] { return CountTrimmed() > trimmed; });
    flusher.Signal(SIGSTOP);
    AwaitChanges(master);
  }

  // Returns once it works with the others.
  void GoOver(DividedRedis& redis) const {
    const std::int64_t pushed_again = CountPushedAgain(ingest);
    const auto begin = std::chrono::steady_clock::now();
    redis.Unite();
    AwaitOrThrow("the former master's ingest pushes to the other one",
                 [&] { return CountPushedAgain(ingest) > pushed_again; });
    const auto took = std::chrono::steady_clock::now() - begin;
    fmt::print("{} ms from the end of the cut until its ingest has pushed {} changes again; ",
               std::chrono::duration_cast<std::chrono::milliseconds>(took).count(),
               CountPushedAgain(ingest) - pushed_again);
    flusher.Signal(SIGCONT);
  }
};

std::string PlayRound(bool silently, std::mt19937_64& random) {
  DividedRedis redis;
  FailoverWorld world({redis.NearUrl(), redis.FarUrl()});
  const NearRoom near{redis.near_master(), world.ingest(0), world.flusher(0)};
  const Failover cut{
      fmt::format("a master is cut off with one of the ingests{}", silently ? ", silently" : ""),
      [&] { redis.Cut(silently); },
      [&] {
        near.GoOn();
        near.GoOver(redis);
      }};
  return world.PlayRound(cut, random());
}

TEST(Failover, OfADividedRedisLosesNothing) {
  constexpr std::size_t kRounds = 2;
  PlayRounds(kRounds, [](std::size_t round, std::mt19937_64& random) {
    return PlayRound(round % 2 == 0, random);
  });
}

}  // namespace
}  // namespace inkwell::testing
