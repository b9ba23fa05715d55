#include "common/redis/connection.h"

#include <type_traits>

#include "common/redis/sentinel.h"

namespace inkwell::redis {
namespace {

template <typename Link>
absl::StatusOr<std::vector<OwnedReply>> CallAll(Link& link,
                                                std::span<const std::string_view> arguments) {
  if constexpr (std::is_same_v<Link, ClusterConnection>) {
    return link.CallAll(arguments);
  } else {
    link.Append(arguments);
    auto reply = link.Read();
    if (!reply.ok()) return reply.status();
    std::vector<OwnedReply> replies;
    replies.push_back(*std::move(reply));
    return replies;
  }
}

}  // namespace

absl::StatusOr<Connection> Connection::Connect(const Url& url, const ConnectOptions& options) {
  const auto as_connection = [](auto link) -> absl::StatusOr<Connection> {
    if (!link.ok()) return link.status();
    return Connection(*std::move(link));
  };
  switch (url.topology) {
    case Topology::kSentinel:
      return as_connection(ConnectToMaster(url, options));
    case Topology::kCluster:
      return as_connection(ClusterConnection::Connect(url, options));
    case Topology::kServer:
      break;
  }
  return as_connection(ServerConnection::Connect(url.servers.front(), url, options));
}

void Connection::Append(std::span<const std::string_view> arguments) {
  std::visit([&](auto& link) { link.Append(arguments); }, link_);
}

void Connection::Append(std::initializer_list<std::string_view> arguments) {
  Append(std::span(arguments.begin(), arguments.size()));
}

absl::StatusOr<OwnedReply> Connection::Read() {
  return std::visit([](auto& link) { return link.Read(); }, link_);
}

absl::StatusOr<OwnedReply> Connection::Call(std::initializer_list<std::string_view> arguments) {
  Append(arguments);
  auto reply = Read();
  if (!reply.ok()) return reply;
  if (auto status = (**reply).ToStatus(); !status.ok()) return status;
  return reply;
}

absl::StatusOr<std::vector<OwnedReply>> Connection::CallAll(
    std::initializer_list<std::string_view> arguments) {
  const std::span command(arguments.begin(), arguments.size());
  return std::visit([&](auto& link) { return redis::CallAll(link, command); }, link_);
}

}  // namespace inkwell::redis
