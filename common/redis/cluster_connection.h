// Connections to the masters of a Redis Cluster that are used as one: each command goes to the
// node that holds its key, and replies come in the order of the commands. What is queued for
// several nodes is sent to all of them before the first reply is waited for, so they work at
// the same time.
//
// Where a key is, a table tells that was read on connecting. It is not followed as it changes:
// a node that doesn't hold a key (any more, or all of it yet) answers MOVED, ASK, TRYAGAIN or
// CLUSTERDOWN and does nothing, which is kUnavailable as any trouble of a server; and whoever
// gets that drops the connection and connects anew, with a new table. ASK is not followed
// because it could seldom be: every transaction and script of the queue uses both keys of a
// partition, and while one of them may be on its way neither node takes such. A slot holds
// little else than those two, so this is over once they have moved.
//
// All or nothing holds within a partition, whose keys share a hash tag and so a node. Between
// partitions it never did.
//
// Thread-compatible. As Connection in all else.
#pragma once

#include <cstddef>
#include <deque>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/redis/reply.h"
#include "common/redis/server_connection.h"
#include "common/redis/slots.h"
#include "common/redis/url.h"

namespace inkwell::redis {

class ClusterConnection {
 public:
  // Reads the table from one of the URL's servers that answers. They are asked from another
  // one on each time, so that one which is cut off from the rest can't mislead for ever. Nodes
  // are connected to when they are first used.
  [[nodiscard]] static absl::StatusOr<ClusterConnection> Connect(const Url& url,
                                                                 const ConnectOptions& options);

  // The key is the first argument; of EVAL the third. MULTI goes where the command after it
  // goes, and EXEC where that before it went.
  void Append(std::span<const std::string_view> arguments);
  [[nodiscard]] absl::StatusOr<OwnedReply> Read();
  // The command, which has no key, to each node that was used before; their replies. No other
  // reply may be waited for.
  [[nodiscard]] absl::StatusOr<std::vector<OwnedReply>> CallAll(
      std::span<const std::string_view> arguments);

 private:
  struct Node {
    std::optional<ServerConnection> connection;  // none: not used yet
    bool is_flushed = true;
  };

  ClusterConnection(Url url, const ConnectOptions& options, SlotTable table);
  void AppendTo(std::size_t node, std::span<const std::string_view> arguments);
  [[nodiscard]] absl::Status Use(std::size_t node);
  [[nodiscard]] absl::Status Flush();

  Url url_;
  ConnectOptions options_;
  SlotTable table_;
  std::vector<Node> nodes_;           // as in the table
  std::deque<std::size_t> expected_;  // the nodes of replies not yet read
  bool multi_waits_ = false;          // for the command after it
  absl::Status trouble_;              // why a command could not even be queued
};

}  // namespace inkwell::redis
