// Redis with Sentinel: whatever way its master is lost, every acknowledged change is in
// Postgres afterwards, and none is overwritten by something older.

#include <gtest/gtest.h>

#include <stdexcept>

#include "common/redis/connection.h"
#include "tests/ha/replicas.h"
#include "tests/ha/rounds.h"
#include "tests/support/sentinel_set.h"

namespace inkwell::testing {
namespace {

void AwaitFailover(SentinelSet& set, const RedisServer& former) {
  if (!set.AwaitFailoverFrom(former)) throw std::runtime_error("no replica becomes the master");
}

void AwaitInStep(SentinelSet& set) {
  if (!set.AwaitInStep()) throw std::runtime_error("the servers do not get in step again");
}

// The set outlives them.
std::vector<Failover> Failovers(SentinelSet& set) {
  static RedisServer* former = nullptr;
  return {{"kill -9 of the master, which comes back with what it had",
           [&set] {
             former = &set.Master();
             former->Kill9();
             AwaitFailover(set, *former);
           },
           [&set] {
             if (!former->Restart().ok()) throw std::runtime_error("it does not start again");
             AwaitInStep(set);
           }},
          {"SIGSTOP of the master, which goes on as if nothing had been",
           [&set] {
             former = &set.Master();
             former->Pause();
             AwaitFailover(set, *former);
           },
           [&set] {
             former->Resume();
             AwaitInStep(set);
           }},
          {"kill -9 of the master, whose replicas lack the last changes",
           [&set] {
             former = &set.Master();
             LeaveReplicasBehind(*former);
             former->Kill9();
             AwaitFailover(set, *former);
           },
           [&set] {
             if (!former->Restart().ok()) throw std::runtime_error("it does not start again");
             AwaitInStep(set);
           }},
          {"SENTINEL FAILOVER",
           [&set] {
             former = &set.Master();
             set.Fail();
             AwaitFailover(set, *former);
           },
           [&set] { AwaitInStep(set); }}};
}

TEST(Failover, OfSentinelsMasterLosesNothing) {
  SentinelSet set;
  FailoverWorld world(set.Url());
  PlayRounds(world, Failovers(set));
}

}  // namespace
}  // namespace inkwell::testing
