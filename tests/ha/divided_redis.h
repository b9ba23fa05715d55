// Redis with Sentinel in two rooms, between which the network can be cut: in the near one the
// first master and a sentinel; in the far one two replicas and two sentinels, who are enough to
// make one of those the master. The one in the near room goes on taking writes meanwhile, and
// is made a replica of the other, its data thrown away, once the rooms are together again.
//
// The far room knows the master by the address of a gate, and the near one by its own. That is
// all that is cut: nobody else in the near room has anything to do with the far one but the
// sentinel, which hears and says nothing meanwhile.
#pragma once

#include <array>
#include <memory>
#include <string>

#include "tests/support/redis_server.h"
#include "tests/support/sentinel.h"
#include "tests/support/tcp_gate.h"

namespace inkwell::testing {

// For one cut. Thread-compatible. All is gone with it. Whatever does not work throws.
class DividedRedis {
 public:
  // Whole and in step once this returns.
  DividedRedis();

  // What the services of each room are given: their own room's sentinels first.
  [[nodiscard]] std::string NearUrl() const { return UrlOf(sentinels_); }
  [[nodiscard]] std::string FarUrl() const { return UrlOf(std::span(sentinels_).subspan(1)); }
  [[nodiscard]] const RedisServer& near_master() const { return *servers_[0]; }

  // Silently: no connection is closed, and what was sent arrives after the cut. Returns once the
  // far room has a master of its own.
  void Cut(bool silently);
  // Returns once the near master follows the far one.
  void Unite();

 private:
  std::array<std::unique_ptr<RedisServer>, 3> servers_;  // the first is in the near room
  std::array<std::unique_ptr<Sentinel>, 3> sentinels_;   // this too
  std::unique_ptr<TcpGate> gate_;
};

}  // namespace inkwell::testing
