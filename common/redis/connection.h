// A connection to wherever a URL leads: to one server, to the master that sentinels name, or
// to all of a cluster, which is used as if it were one server.
//
// Thread-compatible: one thread at a time. Never used on gRPC's threads, since
// every call may block for up to the I/O timeout.
#pragma once

#include <initializer_list>
#include <span>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/redis/cluster_connection.h"
#include "common/redis/reply.h"
#include "common/redis/server_connection.h"
#include "common/redis/url.h"

namespace inkwell::redis {

class Connection {
 public:
  // Connects, authenticates and selects the database. With Sentinel that is to whoever is
  // master now, so that a new connection follows a failover. kUnavailable on failure.
  [[nodiscard]] static absl::StatusOr<Connection> Connect(const Url& url,
                                                          const ConnectOptions& options);

  // Queues a command; nothing is sent yet. The arguments are copied. In a cluster its keys
  // must be on one node, and cluster_connection.h says where a key has to stand.
  void Append(std::span<const std::string_view> arguments);
  void Append(std::initializer_list<std::string_view> arguments);

  // Sends what is queued and waits for the next reply. Error replies are replies.
  // kUnavailable if the connection broke or timed out: it is then unknown which of
  // the commands not yet answered were executed, and the connection is only good
  // for destruction.
  [[nodiscard]] absl::StatusOr<OwnedReply> Read();

  // Append and Read; an error reply becomes its status.
  [[nodiscard]] absl::StatusOr<OwnedReply> Call(std::initializer_list<std::string_view> arguments);

  // A command without a key to the server; in a cluster to every node that was used so far,
  // which is one at least. All their replies, error replies among them. No reply to an earlier
  // command may be waited for. kUnavailable as Read.
  [[nodiscard]] absl::StatusOr<std::vector<OwnedReply>> CallAll(
      std::initializer_list<std::string_view> arguments);

 private:
  using Link = std::variant<ServerConnection, ClusterConnection>;
  explicit Connection(Link link) : link_(std::move(link)) {}

  Link link_;
};

}  // namespace inkwell::redis
