#include "common/redis/sentinel.h"

#include <fmt/core.h>

#include <charconv>
#include <string>

#include "common/base/errors.h"
#include "common/redis/reply_error.h"

namespace inkwell::redis {
namespace {

absl::StatusOr<OwnedReply> AskForMaster(ServerConnection& sentinel, const Url& url) {
  const std::string_view question[] = {"SENTINEL", "GET-MASTER-ADDR-BY-NAME", url.master};
  sentinel.Append(question);
  return sentinel.Read();
}

// Whom this sentinel takes for the master.
absl::StatusOr<Server> FindMaster(const Server& address, const Url& url,
                                  const ConnectOptions& options) {
  auto sentinel = ServerConnection::Reach(address, url, options);
  if (!sentinel.ok()) return sentinel.status();
  auto reply = AskForMaster(*sentinel, url);
  if (reply.ok() && (**reply).IsError() && (**reply).Text().substr(0, 6) == "NOAUTH") {
    if (auto status = sentinel->Authenticate(url); !status.ok()) return status;
    reply = AskForMaster(*sentinel, url);
  }
  if (!reply.ok()) return reply.status();
  if (auto status = (**reply).ToStatus(); !status.ok()) return status;
  if ((**reply).Size() != 2) {
    return Unavailable(fmt::format("it watches no master called \"{}\"", url.master));
  }
  const std::string_view port = (**reply)[1].Text();
  Server master{std::string((**reply)[0].Text()), 0};
  std::from_chars(port.data(), port.data() + port.size(), master.port);
  return master;
}

absl::Status CheckIsMaster(ServerConnection& connection) {
  const auto role = connection.Call({"ROLE"});
  if (!role.ok()) return role.status();
  const std::string_view name = (**role).Size() == 0 ? "" : (**role)[0].Text();
  if (name == "master") return absl::OkStatus();
  return Unavailable(fmt::format("it is no master but a {}", name));
}

absl::StatusOr<ServerConnection> ConnectBy(const Server& sentinel, const Url& url,
                                           const ConnectOptions& options) {
  const auto master = FindMaster(sentinel, url, options);
  if (!master.ok()) return Annotate(master.status(), "sentinel " + sentinel.ToText());
  auto connection = ServerConnection::Connect(*master, url, options);
  absl::Status status = connection.status();
  if (status.ok()) status = CheckIsMaster(*connection);
  if (status.ok()) return connection;
  return Annotate(status, fmt::format("{}, which sentinel {} takes for the master",
                                      master->ToText(), sentinel.ToText()));
}

}  // namespace

absl::StatusOr<ServerConnection> ConnectToMaster(const Url& url, const ConnectOptions& options) {
  std::string said;
  for (const Server& sentinel : url.servers) {
    auto connection = ConnectBy(sentinel, url, options);
    if (connection.ok()) return connection;
    said += (said.empty() ? "" : "; ") + std::string(connection.status().message());
  }
  return Unavailable(fmt::format("no master of {} was found: {}", url.ToText(), said));
}

}  // namespace inkwell::redis
