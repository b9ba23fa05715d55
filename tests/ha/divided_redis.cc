#include "tests/ha/divided_redis.h"

#include <fmt/format.h>

#include <algorithm>

#include "tests/support/await.h"
#include "tests/support/redis_group.h"

namespace inkwell::testing {

DividedRedis::DividedRedis() {
  servers_[0] = RedisServer::Start({.config = {kCopyAtOnce}}).value();
  gate_ = std::make_unique<TcpGate>(servers_[0]->port());
  for (std::size_t i = 1; i < servers_.size(); ++i) {
    servers_[i] =
        RedisServer::Start(
            {.config = {kCopyAtOnce, fmt::format("replicaof 127.0.0.1 {}", gate_->port())}})
            .value();
    AwaitOrThrow("a replica follows its master",
                 [&] { return Follows(*servers_[i], gate_->port()); });
  }
  // It would lead the replicas to the address that it knows itself, after this timeout.
  sentinels_[0] = std::make_unique<Sentinel>(
      servers_[0]->port(), std::vector<std::string>{"sentinel failover-timeout inkwell 3600000"});
  for (std::size_t i = 1; i < sentinels_.size(); ++i) {
    sentinels_[i] = std::make_unique<Sentinel>(gate_->port());
  }
  AwaitOrThrow("the sentinels know one another and all servers", [this] {
    return std::all_of(sentinels_.begin(), sentinels_.end(),
                       [](const auto& sentinel) { return sentinel->Knows(2, 2); });
  });
}

void DividedRedis::Cut(bool silently) {
  sentinels_[0]->Pause();
  if (silently) {
    gate_->Stall();
  } else {
    gate_->Cut();
  }
  AwaitOrThrow("the far room has a master of its own", [this] {
    const auto port = sentinels_[1]->MasterPort();
    return port && port != gate_->port() && sentinels_[2]->MasterPort() == port;
  });
}

void DividedRedis::Unite() {
  gate_->Open();
  sentinels_[0]->Resume();
  AwaitOrThrow("the near master follows the far one", [this] {
    const auto port = sentinels_[1]->MasterPort();
    return port && Follows(*servers_[0], *port);
  });
}

}  // namespace inkwell::testing
