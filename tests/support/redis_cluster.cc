#include "tests/support/redis_cluster.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <utility>

#include "common/redis/connection.h"
#include "common/redis/slots.h"
#include "tests/support/await.h"
#include "tests/support/free_port.h"

namespace inkwell::testing {
namespace {

constexpr std::string_view kHost = "127.0.0.1";
constexpr std::size_t kKeysAtATime = 1;  // so that callers find a slot half moved

absl::StatusOr<redis::OwnedReply> TryToTell(const RedisServer& server,
                                            std::initializer_list<std::string_view> command) {
  auto connection =
      redis::Connection::Connect(redis::ParseUrl(server.Url()).value(), redis::ConnectOptions());
  if (!connection.ok()) return connection.status();
  return connection->Call(command);
}

redis::OwnedReply Tell(const RedisServer& server, std::initializer_list<std::string_view> command) {
  auto reply = TryToTell(server, command);
  if (!reply.ok()) throw std::runtime_error(std::string(reply.status().message()));
  return *std::move(reply);
}

// Which port holds each slot, as a server sees it; nullopt if it doesn't answer.
std::optional<std::vector<int>> PortsSeenBy(const RedisServer& server) {
  const auto slots = TryToTell(server, {"CLUSTER", "SLOTS"});
  if (!slots.ok()) return std::nullopt;
  const redis::SlotTable table(**slots, {std::string(kHost), server.port()});
  std::vector<int> ports;
  for (std::uint16_t slot = 0; slot < redis::kSlots; ++slot) {
    const std::size_t node = table.NodeOf(slot);
    ports.push_back(node == redis::SlotTable::kNobody ? 0 : table.nodes()[node].port);
  }
  return ports;
}

bool IsWell(const RedisServer& server, std::size_t nodes) {
  const auto info = TryToTell(server, {"CLUSTER", "INFO"});
  if (!info.ok()) return false;
  const std::string text((**info).Text());
  return text.find("cluster_state:ok") != std::string::npos &&
         text.find(fmt::format("cluster_known_nodes:{}\r", nodes)) != std::string::npos;
}

bool IsReplica(const RedisServer& server) {
  const auto role = TryToTell(server, {"ROLE"});
  return role.ok() && (**role).Size() > 0 && (**role)[0].Text() == "slave";
}

bool FollowsItsMaster(const RedisServer& server) {
  const auto role = TryToTell(server, {"ROLE"});
  return role.ok() && (**role).Size() >= 4 && (**role)[3].Text() == "connected";
}

}  // namespace

RedisCluster::RedisCluster(bool with_replicas) {
  const std::size_t count = with_replicas ? 2 * kMasters : kMasters;
  while (nodes_.size() < count) nodes_.push_back(StartNode());
  Meet();
  GiveSlots();
  if (with_replicas) AddReplicas();
  AwaitInStep();
}

RedisCluster::Node RedisCluster::StartNode() {
  Node node;
  node.bus_port = FreePort();
  node.server = RedisServer::Start({.config = {"cluster-enabled yes", "cluster-node-timeout 1000",
                                               fmt::format("cluster-port {}", node.bus_port),
                                               "appendonly yes", kCopyAtOnce}})
                    .value();
  node.id = (*Tell(*node.server, {"CLUSTER", "MYID"})).Text();
  return node;
}

void RedisCluster::Meet() {
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    Tell(*nodes_[i].server, {"CLUSTER", "SET-CONFIG-EPOCH", std::to_string(i + 1)});
  }
  for (std::size_t i = 1; i < nodes_.size(); ++i) {
    Tell(*nodes_[0].server, {"CLUSTER", "MEET", kHost, std::to_string(nodes_[i].server->port()),
                             std::to_string(nodes_[i].bus_port)});
  }
}

void RedisCluster::GiveSlots() {
  for (std::size_t i = 0; i < kMasters; ++i) {
    Tell(*nodes_[i].server,
         {"CLUSTER", "ADDSLOTSRANGE", std::to_string(redis::kSlots * i / kMasters),
          std::to_string(redis::kSlots * (i + 1) / kMasters - 1)});
  }
}

void RedisCluster::AddReplicas() {
  for (std::size_t i = kMasters; i < nodes_.size(); ++i) {
    const std::string& master = nodes_[i - kMasters].id;
    // Not before it has heard of its master.
    AwaitOrThrow("the cluster takes a replica", [&] {
      return TryToTell(*nodes_[i].server, {"CLUSTER", "REPLICATE", master}).ok();
    });
  }
}

std::string RedisCluster::Url() const {
  std::string hosts;
  for (const auto& node : nodes_) {
    hosts += fmt::format("{}{}:{}", hosts.empty() ? "" : ",", kHost, node.server->port());
  }
  return "redis+cluster://" + hosts;
}

RedisServer& RedisCluster::MasterOf(std::string_view key) {
  for (const auto& node : nodes_) {
    if (const auto ports = PortsSeenBy(*node.server)) {
      return *NodeAt((*ports)[redis::SlotOf(key)]).server;
    }
  }
  throw std::runtime_error("nobody in the cluster answers");
}

RedisServer& RedisCluster::OtherMasterThan(std::string_view key) {
  const RedisServer& master = MasterOf(key);
  for (const auto& node : nodes_) {
    if (node.server.get() != &master && !IsReplica(*node.server)) return *node.server;
  }
  throw std::runtime_error("the cluster has one master only");
}

void RedisCluster::MoveSlotOf(std::string_view key, RedisServer& to) {
  const std::string slot = std::to_string(redis::SlotOf(key));
  RedisServer& from = MasterOf(key);
  const std::string& target = NodeAt(to.port()).id;
  Tell(to, {"CLUSTER", "SETSLOT", slot, "IMPORTING", NodeAt(from.port()).id});
  Tell(from, {"CLUSTER", "SETSLOT", slot, "MIGRATING", target});
  while (true) {
    const auto keys = Tell(from, {"CLUSTER", "GETKEYSINSLOT", slot, std::to_string(kKeysAtATime)});
    if ((*keys).Size() == 0) break;
    for (std::size_t i = 0; i < (*keys).Size(); ++i) {
      Tell(from, {"MIGRATE", kHost, std::to_string(to.port()), (*keys)[i].Text(), "0", "5000"});
    }
  }
  for (RedisServer* server : {&to, &from}) {
    Tell(*server, {"CLUSTER", "SETSLOT", slot, "NODE", target});
  }
  // Nodes that give themselves the same number for different moves forget whose a slot is.
  AwaitOrThrow("the cluster agrees on whose a slot is", [this] { return AllAgree(); });
}

void RedisCluster::Fail(const RedisServer& master) {
  const std::string& id = NodeAt(master.port()).id;
  const auto replicas = Tell(master, {"CLUSTER", "REPLICAS", id});
  const std::string line((*replicas)[0].Text());  // "id host:port@bus …"
  const auto replica = std::find_if(nodes_.begin(), nodes_.end(),
                                    [&](const Node& node) { return line.find(node.id) == 0; });
  Tell(*replica->server, {"CLUSTER", "FAILOVER"});
}

void RedisCluster::AwaitFailoverFrom(const RedisServer& former) {
  AwaitOrThrow("the cluster makes a replica the master", [&] {
    return std::all_of(nodes_.begin(), nodes_.end(), [&](const Node& node) {
      if (node.server.get() == &former) return true;
      const auto ports = PortsSeenBy(*node.server);
      return ports && std::find(ports->begin(), ports->end(), former.port()) == ports->end() &&
             IsWell(*node.server, nodes_.size());
    });
  });
}

void RedisCluster::AwaitInStep() {
  AwaitOrThrow("the cluster is in step", [this] {
    const auto replicas = std::count_if(nodes_.begin(), nodes_.end(), [](const Node& node) {
      return IsReplica(*node.server) && FollowsItsMaster(*node.server);
    });
    return replicas == static_cast<std::ptrdiff_t>(nodes_.size() - kMasters) && AllAgree();
  });
}

bool RedisCluster::AllAgree() {
  const auto ports = PortsSeenBy(*nodes_[0].server);
  return ports && std::all_of(nodes_.begin(), nodes_.end(), [&](const Node& node) {
           return IsWell(*node.server, nodes_.size()) && PortsSeenBy(*node.server) == ports;
         });
}

RedisCluster::Node& RedisCluster::NodeAt(int port) {
  const auto found = std::find_if(nodes_.begin(), nodes_.end(),
                                  [port](const Node& node) { return node.server->port() == port; });
  if (found == nodes_.end()) throw std::runtime_error("a slot is nobody's");
  return *found;
}

}  // namespace inkwell::testing
