// How many rounds a suite goes through, and which: HA_ROUNDS and HA_SEED make them more, and
// other ones.
#pragma once

#include <cstddef>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "tests/ha/failover_world.h"

namespace inkwell::testing {

// Calls `play` with the number of the round, from 0 on, so many times unless HA_ROUNDS says
// otherwise. It plays one round, of which `random` decides all, and returns what is wrong, if
// anything: then the test has failed, and no other round is played.
using Play = std::function<std::string(std::size_t round, std::mt19937_64& random)>;
void PlayRounds(std::size_t rounds, const Play& play);

// Deals the failovers like cards, each before one comes again, and plays a round with each.
void PlayRounds(FailoverWorld& world, const std::vector<Failover>& failovers);

}  // namespace inkwell::testing
