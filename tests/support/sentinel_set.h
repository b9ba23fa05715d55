// Redis with Sentinel as it is run in production: a master, two replicas, and three sentinels
// that make one of those the master when it is gone; all on loopback.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "tests/support/redis_group.h"
#include "tests/support/sentinel.h"

namespace inkwell::testing {

class SentinelSet final : public RedisGroup {
 public:
  // In step once this returns.
  SentinelSet();

  [[nodiscard]] std::string Url() const override { return UrlOf(sentinels_); }
  [[nodiscard]] int replicas() const override { return kServers - 1; }
  // Of every key: the server that the first sentinel takes for the master now.
  [[nodiscard]] RedisServer& MasterOf(std::string_view key) override;
  void Fail(const RedisServer& master) override;
  void AwaitFailoverFrom(const RedisServer& former) override;
  void AwaitInStep() override;

 private:
  static constexpr int kServers = 3;

  [[nodiscard]] bool IsInStep() const;

  std::array<std::unique_ptr<RedisServer>, kServers> servers_;
  std::array<std::unique_ptr<Sentinel>, kServers> sentinels_;
};

}  // namespace inkwell::testing
