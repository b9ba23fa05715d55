// What can go wrong.
#pragma once

#include <cstdint>
#include <functional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/crash/world.h"

namespace inkwell::testing {

// Where a change that was acknowledged as ENQUEUED lives until it is in Postgres. What a
// fault destroys of them; both in one round would be a loss that nobody promised to survive.
enum class Memory { kNone, kIngests, kRedis };

struct Fault {
  std::string name;
  std::set<std::string> parts;  // what it happens to: no two at a time to the same
  Memory destroys = Memory::kNone;
  std::function<void()> strike;
  std::function<void()> mend;
  // Servers and network are mended first, then our services; what happens only if all the
  // rest is well comes last.
  enum class Order { kFirst, kServices, kLast } order = Order::kFirst;
};

// All that can happen in this world, which outlives them, in an order and with details that
// `random` decides. Strike and mend throw if they can't.
[[nodiscard]] std::vector<Fault> AllFaults(World& world, std::mt19937_64& random);

}  // namespace inkwell::testing
