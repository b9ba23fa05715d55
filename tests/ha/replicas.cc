#include "tests/ha/replicas.h"

#include <cstdlib>
#include <initializer_list>
#include <string>
#include <string_view>

#include "common/redis/connection.h"
#include "tests/support/await.h"

namespace inkwell::testing {
namespace {

constexpr long kManyBytes = 50'000;

std::string Tell(const RedisServer& server, std::initializer_list<std::string_view> command) {
  auto connection =
      redis::Connection::Connect(redis::ParseUrl(server.Url()).value(), redis::ConnectOptions());
  return std::string((*connection.value().Call(command).value()).Text());
}

// How much of history the server has, in bytes.
long Offset(const RedisServer& server) {
  constexpr std::string_view kField = "master_repl_offset:";
  const std::string info = Tell(server, {"INFO", "replication"});
  return std::strtol(info.c_str() + info.find(kField) + kField.size(), nullptr, 10);
}

}  // namespace

void LeaveReplicasBehind(const RedisServer& master) {
  Tell(master, {"ACL", "SETUSER", "default", "-psync", "-sync"});
  Tell(master, {"CLIENT", "KILL", "TYPE", "replica"});
  AwaitChanges(master);
}

void AwaitChanges(const RedisServer& server) {
  const long before = Offset(server);
  AwaitOrThrow("a server has taken changes", [&] { return Offset(server) > before + kManyBytes; });
}

}  // namespace inkwell::testing
