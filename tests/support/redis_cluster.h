// A Redis Cluster as it is run in production: three masters that share the slots, and a
// replica of each that takes its place when it is gone; all on loopback.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/redis_group.h"

namespace inkwell::testing {

class RedisCluster final : public RedisGroup {
 public:
  static constexpr std::size_t kMasters = 3;

  // In step once this returns. Without replicas it is there sooner.
  explicit RedisCluster(bool with_replicas = true);

  // "redis+cluster://127.0.0.1:p1,127.0.0.1:p2,…": all of them.
  [[nodiscard]] std::string Url() const override;
  [[nodiscard]] int replicas() const override {
    return static_cast<int>(nodes_.size() / kMasters) - 1;
  }
  [[nodiscard]] RedisServer& MasterOf(std::string_view key) override;
  void Fail(const RedisServer& master) override;
  void AwaitFailoverFrom(const RedisServer& former) override;
  void AwaitInStep() override;

  // Another master than the one that holds the key now.
  [[nodiscard]] RedisServer& OtherMasterThan(std::string_view key);
  // Moves the slot of a key, with all that is in it, as `redis-cli --cluster reshard` does:
  // key by key, while both serve.
  void MoveSlotOf(std::string_view key, RedisServer& to);

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
