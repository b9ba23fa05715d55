#include "tests/support/sentinel_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "tests/support/await.h"

namespace inkwell::testing {

SentinelSet::SentinelSet() {
  servers_[0] = RedisServer::Start({.config = {"appendonly yes", kCopyAtOnce}}).value();
  const int master_port = servers_[0]->port();
  for (std::size_t i = 1; i < servers_.size(); ++i) {
    servers_[i] =
        RedisServer::Start({.config = {"appendonly yes", kCopyAtOnce,
                                       fmt::format("replicaof 127.0.0.1 {}", master_port)}})
            .value();
    AwaitOrThrow("a replica follows its master",
                 [&] { return Follows(*servers_[i], master_port); });
  }
  for (auto& sentinel : sentinels_) sentinel = std::make_unique<Sentinel>(master_port);
  AwaitInStep();
}

RedisServer& SentinelSet::MasterOf(std::string_view /*key*/) {
  const auto port = sentinels_[0]->MasterPort();
  const auto found = std::find_if(servers_.begin(), servers_.end(),
                                  [&](const auto& server) { return server->port() == port; });
  if (found == servers_.end()) throw std::runtime_error("the first sentinel names no master");
  return **found;
}

void SentinelSet::Fail(const RedisServer& /*master*/) {
  AwaitOrThrow("a failover can be made", [this] { return sentinels_[0]->Fail(); });
}

void SentinelSet::AwaitFailoverFrom(const RedisServer& former) {
  AwaitOrThrow("the sentinels agree on another master", [&] {
    const auto port = sentinels_[0]->MasterPort();
    return port && port != former.port() &&
           std::all_of(sentinels_.begin(), sentinels_.end(),
                       [&](const auto& sentinel) { return sentinel->MasterPort() == port; });
  });
}

void SentinelSet::AwaitInStep() {
  AwaitOrThrow("servers and sentinels are in step", [this] { return IsInStep(); });
}

bool SentinelSet::IsInStep() const {
  const auto port = sentinels_[0]->MasterPort();
  return port &&
         std::all_of(servers_.begin(), servers_.end(),
                     [&](const auto& server) {
                       return server->port() == port || Follows(*server, *port);
                     }) &&
         std::all_of(sentinels_.begin(), sentinels_.end(), [](const auto& sentinel) {
           return sentinel->Knows(kServers - 1, kServers - 1);
         });
}

}  // namespace inkwell::testing
