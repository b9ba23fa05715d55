#include "tests/ha/failover.h"

#include <memory>
#include <stdexcept>
#include <utility>

#include "tests/ha/replicas.h"

namespace inkwell::testing {
namespace {

// `strike` and `mend` are given the server that was the master before.
template <typename Strike, typename Mend>
Failover LossOfMaster(RedisGroup& group, std::string name, const Strike& strike, const Mend& mend) {
  const auto former = std::make_shared<RedisServer*>();
  return {std::move(name),
          [&group, former, strike] {
            *former = &group.MasterOf(kStruckKey);
            strike(**former);
            group.AwaitFailoverFrom(**former);
          },
          [&group, former, mend] {
            mend(**former);
            group.AwaitInStep();
          },
          Leaving::kInOrder};
}

}  // namespace

std::vector<Failover> FailoversOf(RedisGroup& group) {
  const auto start = [](RedisServer& server) {
    if (!server.Restart().ok()) throw std::runtime_error("the former master does not start again");
  };
  return {LossOfMaster(
              group, "kill -9 of a master, which comes back with what it had",
              [](RedisServer& master) { master.Kill9(); }, start),
          LossOfMaster(
              group, "kill -9 of a master, whose replicas lack the last changes",
              [](RedisServer& master) {
                LeaveReplicasBehind(master);
                master.Kill9();
              },
              start),
          LossOfMaster(
              group, "SIGSTOP of a master, which goes on as if nothing had been",
              [](RedisServer& master) { master.Pause(); },
              [](RedisServer& server) { server.Resume(); }),
          LossOfMaster(
              group, "failover by an operator",
              [&group](RedisServer& master) { group.Fail(master); }, [](RedisServer&) {}),
          {"no failover", [] {}, [] {}, Leaving::kAnyhow}};
}

}  // namespace inkwell::testing
