#include "tests/support/sentinel_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string_view>

#include "common/redis/connection.h"
#include "tests/support/await.h"

namespace inkwell::testing {
namespace {

constexpr std::string_view kName = "inkwell";

// Down means half a second without an answer; on a busy machine less would be no fault.
constexpr char kConfig[] = R"(port {0}
bind 127.0.0.1
dir {1}
sentinel monitor {2} 127.0.0.1 {3} 2
sentinel down-after-milliseconds {2} 500
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

int ToInt(std::string_view text) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// Of "name value name value …", as SENTINEL MASTER answers.
std::string FieldOf(redis::Reply fields, std::string_view name) {
  for (std::size_t i = 0; i + 1 < fields.Size(); i += 2) {
    if (fields[i].Text() == name) return std::string(fields[i + 1].Text());
  }
  return "";
}

bool Follows(const RedisServer& replica, const RedisServer& master) {
  const auto role = Ask(replica.port(), {"ROLE"});
  // "slave", master's host, its port, the state of the link …
  return role && (**role).Size() >= 4 && (**role)[0].Text() == "slave" &&
         (**role)[2].Integer() == master.port() && (**role)[3].Text() == "connected";
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
}

SentinelSet::SentinelSet() {
  servers_[0] = RedisServer::Start({.config = {"appendonly yes"}}).value();
  for (std::size_t i = 1; i < servers_.size(); ++i) {
    servers_[i] =
        RedisServer::Start({.config = {"appendonly yes",
                                       fmt::format("replicaof 127.0.0.1 {}", servers_[0]->port())}})
            .value();
    // A sentinel looks for replicas every ten seconds only, so they are there before it.
    if (!Await([&] { return Follows(*servers_[i], *servers_[0]); })) {
      throw std::runtime_error("a replica does not follow its master");
    }
  }
  for (auto& sentinel : sentinels_) {
    sentinel = std::make_unique<Sentinel>(servers_[0]->port());
    // Ten seconds by default, so that each round would take twice that. Redis 6.2 can't.
    static_cast<void>(Ask(sentinel->port(), {"SENTINEL", "DEBUG", "INFO-PERIOD", "500"}));
  }
  if (!AwaitInStep()) throw std::runtime_error("the sentinels do not find one another");
}

std::string SentinelSet::Url() const {
  std::string hosts;
  for (const auto& sentinel : sentinels_) {
    hosts += fmt::format("{}127.0.0.1:{}", hosts.empty() ? "" : ",", sentinel->port());
  }
  return fmt::format("redis+sentinel://{}/{}", hosts, kName);
}

RedisServer& SentinelSet::Master() {
  RedisServer* const master = MasterSaidBy(*sentinels_[0]);
  if (master == nullptr) throw std::runtime_error("a sentinel does not answer");
  return *master;
}

void SentinelSet::Fail() {
  // Refused while a failover is under way, or nobody is good enough.
  if (!Await([this] {
        return Ask(sentinels_[0]->port(), {"SENTINEL", "FAILOVER", kName}).has_value();
      })) {
    throw std::runtime_error("no failover can be made");
  }
}

bool SentinelSet::AwaitFailoverFrom(const RedisServer& former) {
  return Await([&] {
    const RedisServer* const master = MasterSaidBy(*sentinels_[0]);
    return master != nullptr && master != &former &&
           std::all_of(sentinels_.begin(), sentinels_.end(),
                       [&](const auto& other) { return MasterSaidBy(*other) == master; });
  });
}

bool SentinelSet::AwaitInStep() {
  const auto all_follow = [this] {
    const RedisServer* const master = MasterSaidBy(*sentinels_[0]);
    return master != nullptr &&
           std::all_of(servers_.begin(), servers_.end(), [master](const auto& server) {
             return server.get() == master || Follows(*server, *master);
           });
  };
  const auto all_know = [this] {
    return std::all_of(sentinels_.begin(), sentinels_.end(), [](const auto& sentinel) {
      const auto said = Ask(sentinel->port(), {"SENTINEL", "MASTER", kName});
      return said && FieldOf(**said, "flags") == "master" && FieldOf(**said, "num-slaves") == "2" &&
             FieldOf(**said, "num-other-sentinels") == "2";
    });
  };
  return Await([&] { return all_follow() && all_know(); });
}

RedisServer* SentinelSet::ServerAt(int port) {
  const auto found = std::find_if(servers_.begin(), servers_.end(),
                                  [port](const auto& server) { return server->port() == port; });
  return found == servers_.end() ? nullptr : found->get();
}

RedisServer* SentinelSet::MasterSaidBy(const Sentinel& sentinel) {
  const auto address = Ask(sentinel.port(), {"SENTINEL", "GET-MASTER-ADDR-BY-NAME", kName});
  if (!address || (**address).Size() != 2) return nullptr;
  return ServerAt(ToInt((**address)[1].Text()));
}

}  // namespace inkwell::testing
