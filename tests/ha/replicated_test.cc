// What REPLICATED is for: the master and the ingest that accepted a change die at the same time.
// Who asked for that still finds it in Postgres; who asked for ENQUEUED at the same time does
// not, once the replicas lag.
//
// It holds because WAIT counts all replicas that could become the master (--min_replicas is
// their number), so whoever does has it. With fewer it would rest on the failover choosing well,
// and it need not: sentinels compare the replicas' offsets as they last heard of them, up to ten
// seconds ago; a cluster's replica only waits a little if it knows of another that is ahead. And
// behind a network that is cut, a replica on the old master's side acknowledges what the others,
// of which one becomes the master, have never heard of.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/crash/caller.h"
#include "tests/crash/load.h"
#include "tests/crash/verdict.h"
#include "tests/ha/replicas.h"
#include "tests/ha/rounds.h"
#include "tests/support/await.h"
#include "tests/support/redis_cluster.h"
#include "tests/support/sentinel_set.h"
#include "tests/support/stack.h"

namespace inkwell::testing {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t kThreads = 3;

// Callers who ask for one durability, and services that see no others. Nothing is flushed while
// they call, so all that they were told is at stake.
class Application {
 public:
  Application(const RedisGroup& redis, const std::string& name, v1::Durability durability)
      : stack_({.redis_url = redis.Url()}),
        ingest_(stack_.AddIngest({"--namespace=" + name, "--ack_timeout=500ms",
                                  fmt::format("--min_replicas={}", redis.replicas())})),
        flusher_(AddFlusher(stack_, name)),
        caller_({ingest_.channel()}, durability) {}

  [[nodiscard]] Load Call(std::uint64_t seed) { return {caller_, history_, kThreads, seed}; }
  [[nodiscard]] std::int64_t CountAcknowledged() const { return history_.CountAcknowledged(); }
  void Kill9() { ingest_.Kill9(); }

  // Starts the ingest anew, and waits until it takes a change.
  void Recover() {
    ingest_.Restart();
    auto& probes = history_.series.back();
    auto& probe = probes.emplace_back(CommentId(static_cast<int>(probes.size()), kThreads));
    AwaitOrThrow("a change is taken again",
                 [&] { return caller_.Create(probe, 0, v1::DURABILITY_ENQUEUED); });
  }

  // What is wrong in Postgres once all of Redis is there.
  [[nodiscard]] std::string Judge() {
    AwaitOrThrow("a flusher reaches Redis", [this] { return flusher_.AwaitServing(); });
    Flush(flusher_);
    return JudgeRows(stack_, history_);
  }

  void Forget() {
    stack_.QueryAll("TRUNCATE comments, dead_letters");
    history_ = History(kThreads + 1);
  }

 private:
  static ServiceProcess& AddFlusher(Stack& stack, const std::string& name) {
    auto flags = OnRequestOnly();
    flags.push_back("--namespace=" + name);
    return stack.AddFlusher(flags);
  }

  Stack stack_;
  ServiceProcess& ingest_;
  ServiceProcess& flusher_;
  const Caller caller_;
  History history_{kThreads + 1};  // the last series is for the probes of Recover
};

class Replicated {
 public:
  explicit Replicated(RedisGroup& redis) : redis_(redis) {}

  std::string PlayRound(std::size_t round, std::mt19937_64& random) {
    // Else those in the very last moment are at stake, and ENQUEUED may be lucky.
    const bool replicas_lag = round % 2 == 0;
    RedisServer& master = redis_.MasterOf("{enqueued:0}:changes");
    const auto acknowledged = replicated_.CountAcknowledged();
    const auto begin = Strike(master, replicas_lag, random);
    redis_.AwaitFailoverFrom(master);
    replicated_.Recover();
    enqueued_.Recover();
    Report(replicas_lag, begin);
    if (!master.Restart().ok()) throw std::runtime_error("the master does not start again");
    redis_.AwaitInStep();
    if (replicated_.CountAcknowledged() < acknowledged + kFewest) return "few were acknowledged";
    const std::string verdict = replicated_.Judge();
    const std::string other = enqueued_.Judge();
    enqueued_.Forget();
    if (!verdict.empty()) return verdict;
    if (!replicas_lag || other.find("LOST: ") != std::string::npos) return "";
    return "ENQUEUED lost nothing, so this proves nothing";
  }

 private:
  static constexpr std::int64_t kFewest = 100;

  // Kills the master and both ingests under load; when it began to.
  steady_clock::time_point Strike(RedisServer& master, bool replicas_lag, std::mt19937_64& random) {
    const auto loads = {replicated_.Call(random()), enqueued_.Call(random())};
    for (const auto& load : loads) {
      if (!load.AwaitSteps(static_cast<std::int64_t>(300 + random() % 700))) {
        throw std::runtime_error("the load stands still");
      }
    }
    std::vector<std::function<void()>> kills{[&] { master.Kill9(); }, [&] { replicated_.Kill9(); },
                                             [&] { enqueued_.Kill9(); }};
    std::shuffle(kills.begin(), kills.end(), random);
    if (replicas_lag) LeaveReplicasBehind(master);
    const auto begin = steady_clock::now();
    for (const auto& kill : kills) kill();
    return begin;
  }

  static void Report(bool replicas_lag, steady_clock::time_point begin) {
    const auto away = steady_clock::now() - begin;
    fmt::print("kill -9 of master and ingests{}: {} ms until it is served again\n",
               replicas_lag ? ", replicas lag" : "",
               std::chrono::duration_cast<std::chrono::milliseconds>(away).count());
    std::fflush(stdout);
  }

  RedisGroup& redis_;
  Application replicated_{redis_, "replicated", v1::DURABILITY_REPLICATED};
  Application enqueued_{redis_, "enqueued", v1::DURABILITY_ENQUEUED};
};

void PlayReplicated(RedisGroup& redis) {
  constexpr std::size_t kRounds = 2;
  Replicated replicated(redis);
  PlayRounds(kRounds, [&](std::size_t round, std::mt19937_64& random) {
    return replicated.PlayRound(round, random);
  });
}

TEST(Failover, OfSentinelsMasterAndIngestsKeepsWhatIsReplicated) {
  SentinelSet set;
  PlayReplicated(set);
}

TEST(Failover, OfAClustersMasterAndIngestsKeepsWhatIsReplicated) {
  RedisCluster cluster;
  PlayReplicated(cluster);
}

}  // namespace
}  // namespace inkwell::testing
