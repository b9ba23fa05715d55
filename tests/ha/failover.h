// What happens to a Redis of several servers.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/support/redis_group.h"

namespace inkwell::testing {

// How our own services may go meanwhile, to come again later.
enum class Leaving {
  kNobody,
  // Flushers anyhow. Ingests as an operator ends them: Redis may lose what it acknowledged, and
  // then theirs is the only copy.
  kInOrder,
  kAnyhow,
};

// Each throws if it can't.
struct Failover {
  std::string name;
  std::function<void()> strike;  // returns once others have taken over
  std::function<void()> mend;    // returns once the next one can come
  Leaving leaving = Leaving::kNobody;
};

// This key's master is the one that things happen to.
inline constexpr char kStruckKey[] = "{comments:0}:changes";

// The ways in which the group, which outlives them, loses a master, or goes on undisturbed.
[[nodiscard]] std::vector<Failover> FailoversOf(RedisGroup& group);

}  // namespace inkwell::testing
