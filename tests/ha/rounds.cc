#include "tests/ha/rounds.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

namespace inkwell::testing {
namespace {

std::size_t FromEnvironment(const char* name, std::size_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoul(text, nullptr, 10);
}

}  // namespace

void PlayRounds(std::size_t rounds, const Play& play) {
  rounds = FromEnvironment("HA_ROUNDS", rounds);
  const std::size_t seed = FromEnvironment("HA_SEED", 1);
  std::mt19937_64 random(seed);
  for (std::size_t round = 0; round < rounds; ++round) {
    const auto verdict = play(round, random);
    ASSERT_EQ(verdict, "") << "again with: tests/run ha --rounds " << round + 1 << " --seed "
                           << seed;
  }
}

void PlayRounds(FailoverWorld& world, const std::vector<Failover>& failovers) {
  auto deck = failovers;
  PlayRounds(deck.size(), [&](std::size_t round, std::mt19937_64& random) {
    const std::size_t card = round % deck.size();
    if (card == 0) std::shuffle(deck.begin(), deck.end(), random);
    return world.PlayRound(deck[card], random());
  });
}

}  // namespace inkwell::testing
