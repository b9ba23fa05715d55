#include "tests/ha/rounds.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <string>

namespace inkwell::testing {
namespace {

std::size_t FromEnvironment(const char* name, std::size_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoul(text, nullptr, 10);
}

}  // namespace

void PlayRounds(FailoverWorld& world, const std::vector<Failover>& failovers) {
  const std::size_t rounds = FromEnvironment("HA_ROUNDS", failovers.size());
  const std::size_t seed = FromEnvironment("HA_SEED", 1);
  std::mt19937_64 random(seed);
  auto deck = failovers;
  for (std::size_t round = 0; round < rounds; ++round) {
    const std::size_t card = round % deck.size();
    if (card == 0) std::shuffle(deck.begin(), deck.end(), random);
    const auto verdict = world.PlayRound(deck[card], random());
    ASSERT_EQ(verdict, "") << "again with: tests/run ha --rounds " << round + 1 << " --seed "
                           << seed;
  }
}

}  // namespace inkwell::testing
