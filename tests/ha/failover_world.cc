#include "tests/ha/failover_world.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <random>

#include "tests/crash/load.h"
#include "tests/crash/verdict.h"
#include "tests/support/await.h"

namespace inkwell::testing {
namespace {

using std::chrono::steady_clock;

Flags IngestFlags(int partitions) {
  return {fmt::format("--partitions={}", partitions), "--ack_timeout=500ms"};
}

// Small batches, often: so a failover finds something under way.
Flags FlusherFlags(int partitions) {
  return {fmt::format("--partitions={}", partitions), "--schedule=@every 50ms", "--batch_rows=100",
          "--workers=2"};
}

}  // namespace

FailoverWorld::FailoverWorld(const std::string& redis_url)
    : redis_url_(redis_url),
      stack_({.redis_url = redis_url}),
      ingests_{&stack_.AddIngest(IngestFlags(kPartitions)),
               &stack_.AddIngest(IngestFlags(kPartitions))},
      flushers_{&stack_.AddFlusher(FlusherFlags(kPartitions)),
                &stack_.AddFlusher(FlusherFlags(kPartitions))},
      caller_({ingests_[0]->channel(), ingests_[1]->channel()}) {}

std::string FailoverWorld::PlayRound(const Failover& failover, std::uint64_t seed) {
  std::chrono::milliseconds away{};
  std::string verdict;
  try {
    verdict = Play(failover, seed, away);
  } catch (const std::exception& exception) {
    verdict = fmt::format("STUCK: {}\n", exception.what());
  }
  fmt::print("{}: {} ms until it is served again{}\n", failover.name, away.count(),
             verdict.empty() ? "" : ", WRONG");
  std::fflush(stdout);
  return verdict.empty() ? "" : verdict + Logs();
}

std::string FailoverWorld::Play(const Failover& failover, std::uint64_t seed,
                                std::chrono::milliseconds& away) {
  constexpr char kStandsStill[] = "STUCK: the load stands still\n";
  std::mt19937_64 random(seed);
  const auto some_steps = [&random] { return static_cast<std::int64_t>(300 + random() % 700); };
  Load load(caller_, history_, kLoadThreads, random());
  if (!load.AwaitSteps(some_steps())) return kStandsStill;
  const auto begin = steady_clock::now();
  failover.strike();
  if (!AwaitRecovery()) return "STUCK: no recovery\n";
  away = std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - begin);
  if (!load.AwaitSteps(some_steps())) return kStandsStill;
  failover.mend();
  if (!load.AwaitSteps(some_steps())) return kStandsStill;
  if (!AwaitRecovery()) return "STUCK: no recovery once it was mended\n";
  load.Stop();
  if (!Drain()) return "STUCK: something stays pending\n";
  return JudgeRows(stack_, history_) + JudgeBooks(ReadBooks(redis_url_, kPartitions));
}

bool FailoverWorld::AwaitRecovery() {
  auto& probes = history_.series.back();
  for (int server = 0; server < caller_.server_count(); ++server) {
    auto& probe = probes.emplace_back(CommentId(static_cast<int>(probes.size()), kLoadThreads));
    const auto persisted = [&] { return caller_.Create(probe, server, v1::DURABILITY_PERSISTED); };
    if (!Await(persisted)) return false;
  }
  return true;
}

bool FailoverWorld::Drain() {
  return flushers_[0]->AwaitServing() && Await([this] {
           Flush(*flushers_[0]);
           return ReadBooks(redis_url_, kPartitions).pending == 0;
         });
}

std::string FailoverWorld::Logs() const {
  std::string logs;
  for (std::size_t i = 0; i < ingests_.size(); ++i) {
    logs += fmt::format("--- ingest {}\n{}--- flusher {}\n{}", i, ingests_[i]->Log(), i,
                        flushers_[i]->Log());
  }
  return logs;
}

}  // namespace inkwell::testing
