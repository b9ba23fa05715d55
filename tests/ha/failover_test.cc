// Whatever way a Redis of several servers loses a master, while services come and go: every
// acknowledged change is in Postgres afterwards, and none is overwritten by something older.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/ha/rounds.h"
#include "tests/support/redis_cluster.h"
#include "tests/support/sentinel_set.h"

namespace inkwell::testing {
namespace {

constexpr std::size_t kServices = 3;  // of each kind

// While all serve, so nothing is lost of what was acknowledged.
Failover MoveOfSlots(RedisCluster& cluster) {
  return {"every partition's slot moves to another master",
          [&cluster] {
            for (int p = 0; p < FailoverWorld::kPartitions; ++p) {
              const auto key = fmt::format("{{comments:{}}}:changes", p);
              cluster.MoveSlotOf(key, cluster.OtherMasterThan(key));
            }
          },
          [&cluster] { cluster.AwaitInStep(); }, Leaving::kAnyhow};
}

TEST(Failover, OfSentinelsMasterLosesNothing) {
  SentinelSet set;
  FailoverWorld world(std::vector(kServices, set.Url()));
  PlayRounds(world, FailoversOf(set));
}

TEST(Failover, OfAClustersMastersLosesNothing) {
  RedisCluster cluster;
  FailoverWorld world(std::vector(kServices, cluster.Url()));
  auto failovers = FailoversOf(cluster);
  failovers.push_back(MoveOfSlots(cluster));
  PlayRounds(world, failovers);
}

}  // namespace
}  // namespace inkwell::testing
