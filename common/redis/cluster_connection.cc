#include "common/redis/cluster_connection.h"

#include <fmt/core.h>

#include <string>
#include <utility>

#include "common/base/errors.h"
#include "common/base/random.h"
#include "common/redis/reply_error.h"

namespace inkwell::redis {
namespace {

absl::StatusOr<SlotTable> ReadTable(const Server& node, const Url& url,
                                    const ConnectOptions& options) {
  auto connection = ServerConnection::Connect(node, url, options);
  if (!connection.ok()) return connection.status();
  const auto slots = connection->Call({"CLUSTER", "SLOTS"});
  if (!slots.ok()) return Annotate(slots.status(), node.ToText());
  return SlotTable(**slots, node);
}

std::string_view KeyOf(std::span<const std::string_view> arguments) {
  return arguments[arguments[0] == "EVAL" ? 3 : 1];
}

}  // namespace

absl::StatusOr<ClusterConnection> ClusterConnection::Connect(const Url& url,
                                                             const ConnectOptions& options) {
  const std::size_t first = Random64() % url.servers.size();
  std::string said;
  for (std::size_t i = 0; i < url.servers.size(); ++i) {
    auto table = ReadTable(url.servers[(first + i) % url.servers.size()], url, options);
    if (table.ok()) return ClusterConnection(url, options, *std::move(table));
    said += (said.empty() ? "" : "; ") + std::string(table.status().message());
  }
  return Unavailable(fmt::format("nobody of {} was reached: {}", url.ToText(), said));
}

ClusterConnection::ClusterConnection(Url url, const ConnectOptions& options, SlotTable table)
    : url_(std::move(url)),
      options_(options),
      table_(std::move(table)),
      nodes_(table_.nodes().size()) {}

void ClusterConnection::Append(std::span<const std::string_view> arguments) {
  if (arguments[0] == "MULTI") {
    multi_waits_ = true;
    return;
  }
  if (!trouble_.ok()) return;
  if (arguments[0] == "EXEC") {
    AppendTo(expected_.back(), arguments);
    return;
  }
  const std::uint16_t slot = SlotOf(KeyOf(arguments));
  const std::size_t node = table_.NodeOf(slot);
  trouble_ = node == SlotTable::kNobody
                 ? Unavailable(fmt::format("nobody in the cluster holds slot {}", slot))
                 : Use(node);
  if (!trouble_.ok()) return;
  if (std::exchange(multi_waits_, false)) {
    constexpr std::string_view kMulti = "MULTI";
    AppendTo(node, {&kMulti, 1});
  }
  AppendTo(node, arguments);
}

absl::Status ClusterConnection::Use(std::size_t node) {
  auto& connection = nodes_[node].connection;
  if (connection) return absl::OkStatus();
  auto made = ServerConnection::Connect(table_.nodes()[node], url_, options_);
  if (!made.ok()) return made.status();
  connection.emplace(*std::move(made));
  return absl::OkStatus();
}

void ClusterConnection::AppendTo(std::size_t node, std::span<const std::string_view> arguments) {
  nodes_[node].connection->Append(arguments);
  nodes_[node].is_flushed = false;
  expected_.push_back(node);
}

absl::Status ClusterConnection::Flush() {
  for (auto& node : nodes_) {
    if (std::exchange(node.is_flushed, true)) continue;
    if (auto status = node.connection->Flush(); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::StatusOr<OwnedReply> ClusterConnection::Read() {
  if (!trouble_.ok()) return trouble_;
  if (auto status = Flush(); !status.ok()) return status;
  const std::size_t node = expected_.front();
  expected_.pop_front();
  auto reply = nodes_[node].connection->Read();
  if (!reply.ok()) return Annotate(reply.status(), table_.nodes()[node].ToText());
  return reply;
}

absl::StatusOr<std::vector<OwnedReply>> ClusterConnection::CallAll(
    std::span<const std::string_view> arguments) {
  for (std::size_t node = 0; node < nodes_.size(); ++node) {
    if (nodes_[node].connection) AppendTo(node, arguments);
  }
  std::vector<OwnedReply> replies;
  for (std::size_t left = expected_.size(); left > 0; --left) {
    auto reply = Read();
    if (!reply.ok()) return reply.status();
    replies.push_back(*std::move(reply));
  }
  return replies;
}

}  // namespace inkwell::redis
