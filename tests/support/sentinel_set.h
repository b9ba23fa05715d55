// Redis with Sentinel as it is run in production: a master, two replicas, and three sentinels
// that make one of those the master when it is gone; all on loopback.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/redis_server.h"
#include "tests/support/server_process.h"
#include "tests/support/temp_dir.h"

namespace inkwell::testing {

// One sentinel, that watches a master under the name "inkwell". Thread-compatible. What does
// not start throws, with its log.
class Sentinel {
 public:
  // `config` is more of its configuration, a line each.
  explicit Sentinel(int master_port, const std::vector<std::string>& config = {});

  [[nodiscard]] int port() const { return port_; }

 private:
  const TempDir folder_;  // of its configuration, which it rewrites as it learns
  int port_ = 0;
  ServerProcess process_;
};

// Thread-compatible. All is gone with it. What does not start throws, with its log.
class SentinelSet {
 public:
  static constexpr int kServers = 3;

  // In step once this returns.
  SentinelSet();

  // "redis+sentinel://127.0.0.1:p1,127.0.0.1:p2,127.0.0.1:p3/inkwell"
  [[nodiscard]] std::string Url() const;

  // The server that the first sentinel takes for the master now.
  [[nodiscard]] RedisServer& Master();

  // As an operator does it: lets the master's place go to a replica.
  void Fail();
  // Waits until the sentinels agree on another master than `former`.
  [[nodiscard]] bool AwaitFailoverFrom(const RedisServer& former);
  // Waits until all servers but the master are its replicas, with all of its data, and every
  // sentinel knows so: the next failover can come.
  [[nodiscard]] bool AwaitInStep();

 private:
  [[nodiscard]] RedisServer* ServerAt(int port);
  [[nodiscard]] RedisServer* MasterSaidBy(const Sentinel& sentinel);

  std::array<std::unique_ptr<RedisServer>, kServers> servers_;
  std::array<std::unique_ptr<Sentinel>, kServers> sentinels_;
};

}  // namespace inkwell::testing
