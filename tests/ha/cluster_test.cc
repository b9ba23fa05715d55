// A Redis Cluster: whatever way it loses a master, and while slots move from one to another,
// every acknowledged change reaches Postgres, and none is overwritten by something older.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "tests/ha/replicas.h"
#include "tests/ha/rounds.h"
#include "tests/support/redis_cluster.h"

namespace inkwell::testing {
namespace {

std::string KeyOf(int partition) { return fmt::format("{{comments:{}}}:changes", partition); }

// The cluster outlives them.
std::vector<Failover> Failovers(RedisCluster& cluster) {
  static RedisServer* former = nullptr;
  const auto strike = [&cluster](const auto& how) {
    return [&cluster, how] {
      former = &cluster.MasterOf(KeyOf(0));
      how(*former);
      cluster.AwaitFailoverFrom(*former);
    };
  };
  const auto mend = [&cluster](const auto& how) {
    return [&cluster, how] {
      how(*former);
      cluster.AwaitInStep();
    };
  };
  const auto in_step = [&cluster] { cluster.AwaitInStep(); };
  const auto start = [](RedisServer& server) {
    if (!server.Restart().ok()) throw std::runtime_error("it does not start again");
  };
  return {
      {"kill -9 of a master, which comes back with what it had",
       strike([](RedisServer& master) { master.Kill9(); }), mend(start)},
      {"kill -9 of a master, whose replica lacks the last changes", strike([](RedisServer& master) {
         LeaveReplicasBehind(master);
         master.Kill9();
       }),
       mend(start)},
      {"SIGSTOP of a master, which goes on as if nothing had been",
       strike([](RedisServer& master) { master.Pause(); }),
       mend([](RedisServer& server) { server.Resume(); })},
      {"CLUSTER FAILOVER", strike([&cluster](RedisServer& master) { cluster.Fail(master); }),
       in_step},
      {"every partition's slot moves to another master",
       [&cluster] {
         for (int p = 0; p < FailoverWorld::kPartitions; ++p) {
           cluster.MoveSlotOf(KeyOf(p), cluster.OtherMasterThan(KeyOf(p)));
         }
       },
       in_step}};
}

TEST(Failover, OfAClustersMastersLosesNothing) {
  RedisCluster cluster;
  FailoverWorld world(cluster.Url());
  PlayRounds(world, Failovers(cluster));
}

}  // namespace
}  // namespace inkwell::testing
