// Where Redis is, as a user writes it:
//
//   redis://[[user]:password@]host[:port][/db]
//   redis+sentinel://[[user]:password@]host[:port],host[:port],…/master[/db]
//   redis+cluster://[[user]:password@]host[:port],host[:port],…
//
// The hosts of the second are sentinels, which name the master (sentinel.h); 26379 is their
// port unless another is given. Those of the third are some nodes of a cluster, which name the
// others (cluster_connection.h). rediss://, rediss+sentinel:// and rediss+cluster:// are the same
// by TLS, to the sentinels too. (https://www.iana.org/assignments/uri-schemes/prov/redis and
// rediss; the others follow them.)
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace inkwell::redis {

// The address of one server.
struct Server {
  std::string host = "127.0.0.1";
  int port = 6379;

  // host:port, an IPv6 host in brackets.
  [[nodiscard]] std::string ToText() const;
  friend bool operator==(const Server&, const Server&) = default;
};

// What the servers of a URL are.
enum class Topology { kServer, kSentinel, kCluster };

struct Url {
  Topology topology = Topology::kServer;
  bool tls = false;
  // One; or all the sentinels, in the order in which they are tried; or some of the nodes.
  std::vector<Server> servers{Server{}};
  std::string username;  // empty: Redis' default user
  std::string password;  // empty: no AUTH
  std::string master;    // kSentinel: what the sentinels call it
  int database = 0;

  // The URL with *** for its password, for logs. Reading it gives the same but for that.
  [[nodiscard]] std::string ToText() const;
};

// kInvalidArgument if `text` can't be read, saying where and what would be right, but
// repeating nothing in which a password might stand. User and password may be
// percent-encoded; an IPv6 host stands in brackets.
[[nodiscard]] absl::StatusOr<Url> ParseUrl(std::string_view text);

}  // namespace inkwell::redis
