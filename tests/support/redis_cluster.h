// A Redis Cluster as it is run in production: three masters that share the slots, and a
// replica of each that takes its place when it is gone; all on loopback.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/redis/slots.h"
#include "tests/support/redis_server.h"

namespace inkwell::testing {

// Thread-compatible. All is gone with it. Whatever does not work throws.
class RedisCluster {
 public:
  static constexpr std::size_t kMasters = 3;

  // In step once this returns. Without replicas it is there sooner.
  explicit RedisCluster(bool with_replicas = true);

  // "redis+cluster://127.0.0.1:p1,127.0.0.1:p2,…": all of them.
  [[nodiscard]] std::string Url() const;

  // Whoever holds the key now.
  [[nodiscard]] RedisServer& MasterOf(std::string_view key);
  // Another master than the one that holds the key now.
  [[nodiscard]] RedisServer& OtherMasterThan(std::string_view key);
  // Moves the slot of a key, with all that is in it, as `redis-cli --cluster reshard` does:
  // key by key, while both serve.
  void MoveSlotOf(std::string_view key, RedisServer& to);
  // As an operator does it: lets a replica of `master` take its place.
  void Fail(const RedisServer& master);

  // Wait until all others agree that `former` holds no slot any more; until everybody agrees
  // on everything and replicas follow their masters: the next failover can come.
  void AwaitFailoverFrom(const RedisServer& former);
  void AwaitInStep();

 private:
  struct Node {
    int bus_port;
    std::unique_ptr<RedisServer> server;
    std::string id;
  };

  [[nodiscard]] static Node StartNode();
  void Meet();
  void GiveSlots();
  void AddReplicas();
  [[nodiscard]] Node& NodeAt(int port);
  [[nodiscard]] bool AllAgree();

  std::vector<Node> nodes_;  // those that were the first masters come first
};

}  // namespace inkwell::testing
