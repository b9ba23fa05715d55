// What Sentinel and Redis Cluster have in common: servers of which a replica takes the place of
// a master that is lost.
#pragma once

#include <string>
#include <string_view>

#include "tests/support/redis_server.h"

namespace inkwell::testing {

// What each server is started with. Else a replica gets its first copy five seconds later.
inline constexpr char kCopyAtOnce[] = "repl-diskless-sync-delay 0";

// Thread-compatible. All is gone with it. Whatever does not work throws.
class RedisGroup {
 public:
  RedisGroup() = default;
  virtual ~RedisGroup() = default;
  RedisGroup(const RedisGroup&) = delete;
  RedisGroup& operator=(const RedisGroup&) = delete;

  // What a service is given.
  [[nodiscard]] virtual std::string Url() const = 0;
  // Replicas of each master.
  [[nodiscard]] virtual int replicas() const = 0;
  // Whoever holds the key now.
  [[nodiscard]] virtual RedisServer& MasterOf(std::string_view key) = 0;

  // As an operator does it: lets a replica of `master` take its place.
  virtual void Fail(const RedisServer& master) = 0;
  // Waits until all others agree that another server has the place of `former`.
  virtual void AwaitFailoverFrom(const RedisServer& former) = 0;
  // Waits until everybody agrees on everything and replicas follow their masters: the next
  // failover can come.
  virtual void AwaitInStep() = 0;
};

}  // namespace inkwell::testing
