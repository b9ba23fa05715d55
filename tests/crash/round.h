// Load, faults, recovery, and whether nothing is lost: what the suite does again and again.
#pragma once

#include <cstdint>
#include <deque>
#include <random>
#include <string>
#include <vector>

#include "tests/crash/fault.h"
#include "tests/crash/world.h"

namespace inkwell::testing {

// Deals faults like cards: each comes before one comes again. `seed` decides all of it.
class Deck {
 public:
  // The world outlives it.
  Deck(World& world, std::uint64_t seed) : world_(world), random_(seed) {}

  // One to three that can happen at a time.
  [[nodiscard]] std::vector<Fault> Deal();
  [[nodiscard]] std::mt19937_64& random() { return random_; }

 private:
  World& world_;
  std::mt19937_64 random_;
  std::deque<Fault> faults_;
};

// Puts load on the world, lets the faults happen on top of one another, mends them, waits for
// recovery, ends the load and judges. What is wrong, with all that is needed to find out why;
// empty if nothing is. Prints a line on standard output, with how long recovery took.
[[nodiscard]] std::string PlayRound(World& world, std::vector<Fault> faults,
                                    std::mt19937_64& random);

}  // namespace inkwell::testing
