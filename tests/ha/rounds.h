// How many failovers a suite goes through, and which: HA_ROUNDS and HA_SEED make them more,
// and other ones.
#pragma once

#include <vector>

#include "tests/ha/failover_world.h"

namespace inkwell::testing {

// Deals the failovers like cards, each before one comes again, and plays a round with each;
// each once unless HA_ROUNDS says otherwise. Fails the test at the first that goes wrong.
void PlayRounds(FailoverWorld& world, const std::vector<Failover>& failovers);

}  // namespace inkwell::testing
