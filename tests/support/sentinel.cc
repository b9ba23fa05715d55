#include "tests/support/sentinel.h"

#include <fmt/format.h>

#include <charconv>
#include <fstream>
#include <initializer_list>
#include <stdexcept>
#include <string_view>

#include "common/redis/connection.h"

namespace inkwell::testing {
namespace {

constexpr std::string_view kName = "inkwell";

// On a busy machine less without an answer would be no fault.
constexpr char kConfig[] = R"(port {0}
bind 127.0.0.1
dir {1}
sentinel monitor {2} 127.0.0.1 {3} 2
sentinel down-after-milliseconds {2} 750
sentinel failover-timeout {2} 3000
)";

// What a server answers; nullopt if it doesn't.
std::optional<redis::OwnedReply> Ask(int port, std::initializer_list<std::string_view> command) {
  redis::Url url;
  url.servers = {{"127.0.0.1", port}};
  auto connection = redis::Connection::Connect(url, redis::ConnectOptions());
  if (!connection.ok()) return std::nullopt;
  auto reply = connection->Call(command);
  if (!reply.ok()) return std::nullopt;
  return *std::move(reply);
}

// Of "name value name value …", as SENTINEL MASTER answers.
std::string FieldOf(redis::Reply fields, std::string_view name) {
  for (std::size_t i = 0; i + 1 < fields.Size(); i += 2) {
    if (fields[i].Text() == name) return std::string(fields[i + 1].Text());
  }
  return "";
}

}  // namespace

Sentinel::Sentinel(int master_port, const std::vector<std::string>& config)
    : process_({.log = folder_.path() / "sentinel.log"}, "Sentinel ID is") {
  const auto file = folder_.path() / "sentinel.conf";
  const auto status = StartOnFreePort([&](int port) {
    port_ = port;
    std::ofstream lines(file);
    lines << fmt::format(kConfig, port, folder_.path().string(), kName, master_port);
    for (const auto& line : config) lines << line << '\n';
    lines.close();
    return process_.Start({"redis-server", file, "--sentinel"});
  });
  if (!status.ok()) throw std::runtime_error(std::string(status.message()));
  // By default it looks for replicas every ten seconds, and lets a master that came back be for
  // eight: each test would take that much longer. And its first question to a new master would
  // come when that is about to count as down. Redis 6.2 can't set these, and lives with it.
  static_cast<void>(Ask(port_, {"SENTINEL", "DEBUG", "INFO-PERIOD", "500", "PUBLISH-PERIOD", "250",
                                "PING-PERIOD", "250"}));
}

std::optional<int> Sentinel::MasterPort() const {
  const auto address = Ask(port_, {"SENTINEL", "GET-MASTER-ADDR-BY-NAME", kName});
  if (!address || (**address).Size() != 2) return std::nullopt;
  const std::string_view text = (**address)[1].Text();
  int port = 0;
  std::from_chars(text.data(), text.data() + text.size(), port);
  return port;
}

bool Sentinel::Knows(int replicas, int other_sentinels) const {
  const auto said = Ask(port_, {"SENTINEL", "MASTER", kName});
  return said && FieldOf(**said, "flags") == "master" &&
         FieldOf(**said, "num-slaves") == std::to_string(replicas) &&
         FieldOf(**said, "num-other-sentinels") == std::to_string(other_sentinels);
}

bool Sentinel::Fail() const { return Ask(port_, {"SENTINEL", "FAILOVER", kName}).has_value(); }

std::string UrlOf(std::span<const std::unique_ptr<Sentinel>> sentinels) {
  std::string hosts;
  for (const auto& sentinel : sentinels) {
    hosts += fmt::format("{}127.0.0.1:{}", hosts.empty() ? "" : ",", sentinel->port());
  }
  return fmt::format("redis+sentinel://{}/{}", hosts, kName);
}

bool Follows(const RedisServer& replica, int master_port) {
  const auto role = Ask(replica.port(), {"ROLE"});
  // "slave", master's host, its port, the state of the link …
  return role && (**role).Size() >= 4 && (**role)[0].Text() == "slave" &&
         (**role)[2].Integer() == master_port && (**role)[3].Text() == "connected";
}

}  // namespace inkwell::testing
