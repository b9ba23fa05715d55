// Seeded rounds of load and faults. CRASH_ROUNDS and CRASH_SEED make them
// more, and other ones.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>
#include <utility>
#include <vector>

#include "tests/crash/load.h"
#include "tests/crash/round.h"
#include "tests/crash/verdict.h"

namespace inkwell::testing {
namespace {

// In a row on the same stack; then a new one, so that a long run stays quick.
constexpr int kRoundsOfWorld = 10;

long FromEnvironment(const char* name, long otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::atol(text);
}

void PlayRounds(RedisData redis_data) {
  auto rounds = FromEnvironment("CRASH_ROUNDS", 8);
  const auto first_seed = FromEnvironment("CRASH_SEED", 1);
  for (auto seed = first_seed; rounds > 0; ++seed) {
    World world(redis_data, static_cast<std::uint64_t>(seed));
    Deck deck(world, static_cast<std::uint64_t>(seed));
    for (int round = 1; round <= kRoundsOfWorld && rounds > 0; ++round, --rounds) {
      fmt::print("seed {}, round {}: ", seed, round);
      const auto verdict = PlayRound(world, deck.Deal(), deck.random());
      ASSERT_EQ(verdict, "") << "again with: tests/run crash --rounds " << round << " --seed "
                             << seed;
    }
  }
}

TEST(Crash, OnARedisThatKeepsItsDataNothingIsLost) { PlayRounds(RedisData::kKept); }

TEST(Crash, OnARedisThatLosesItsDataNothingIsLost) { PlayRounds(RedisData::kLost); }

// The one failpoint that a Redis which comes back takes an ingest to. This Redis has kept its
// data, so that the ingest's memory may die.
TEST(PushAgain, AnIngestThatDiesInItLosesNothing) {
  World world(RedisData::kKept);
  std::mt19937_64 random(1);
  auto faults = AllFaults(world, random);
  std::erase_if(faults, [](const Fault& fault) {
    return fault.name.find("ingest-before-push-again") == std::string::npos;
  });
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(PlayRound(world, std::move(faults), random), "");
}

// The sum of a metric's samples.
std::int64_t SumOf(const std::string& metric, const std::string& page) {
  std::int64_t sum = 0;
  std::istringstream lines(page);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(metric)) continue;
    sum += std::atoll(line.substr(line.rfind(' ')).c_str());
  }
  return sum;
}

// With no fault every book is exact: that of the callers, of each process, and of Redis.
TEST(Calm, AllBooksSayTheSame) {
  World world(RedisData::kKept);
  {
    const Load load(world.caller, world.history, World::kLoadThreads, 1);
    ASSERT_TRUE(load.AwaitSteps(3000));
  }
  ASSERT_TRUE(world.Drain());
  EXPECT_EQ(JudgeRows(world.stack, world.history), "");
  const auto acknowledged = world.history.CountAcknowledged();
  const auto books = ReadBooks(world.stack.redis().Url(), World::kPartitions);
  EXPECT_EQ(JudgeBooks(books), "");
  EXPECT_EQ(books.head, acknowledged);
  std::int64_t accepted = 0;
  std::int64_t flushed = 0;
  for (const auto* ingest : world.ingests) {
    accepted += SumOf("inkwell_accepted_changes_total", ingest->Metrics());
  }
  for (const auto* flusher : world.flushers) {
    flushed += SumOf("inkwell_changes_total", flusher->Metrics());
    EXPECT_EQ(GetStatus(*flusher).appended(), acknowledged);
  }
  EXPECT_EQ(accepted, acknowledged);
  EXPECT_EQ(flushed, acknowledged);
}

}  // namespace
}  // namespace inkwell::testing
