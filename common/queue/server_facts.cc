#include "common/queue/server_facts.h"

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

namespace inkwell::queue {
namespace {

// The value of "name:value\r\n" in INFO's text.
std::string_view InfoField(std::string_view info, std::string_view name) {
  std::size_t at = 0;
  while ((at = info.find(name, at)) != std::string_view::npos) {
    const bool starts_line = at == 0 || info[at - 1] == '\n';
    const std::size_t colon = at + name.size();
    if (starts_line && colon < info.size() && info[colon] == ':') {
      return info.substr(colon + 1, info.find_first_of("\r\n", colon) - colon - 1);
    }
    at = colon;
  }
  return {};
}

// A setting's value; nullopt if the server doesn't show it.
absl::StatusOr<std::optional<std::string>> ReadSetting(redis::Connection& connection,
                                                       std::string_view name) {
  connection.Append({"CONFIG", "GET", name});
  const auto reply = connection.Read();
  if (!reply.ok()) return reply.status();
  if ((**reply).IsError() || (**reply).Size() != 2) return std::optional<std::string>();
  return std::optional<std::string>((**reply)[1].Text());
}

absl::StatusOr<bool> HasCommand(redis::Connection& connection, std::string_view name) {
  connection.Append({"COMMAND", "INFO", name});
  const auto reply = connection.Read();
  if (!reply.ok()) return reply.status();
  return !(**reply).IsError() && (**reply).Size() == 1 && !(**reply)[0].IsNil() &&
         (**reply)[0].Size() > 0;
}

}  // namespace

absl::Status RefreshServerFacts(redis::Connection& connection, ServerFacts& facts) {
  connection.Append({"INFO", "server"});
  connection.Append({"INFO", "replication"});
  const auto server = connection.Read();
  if (!server.ok()) return server.status();
  const auto replication = connection.Read();
  if (!replication.ok()) return replication.status();
  // The run id tells one process from the next. The replication id changes at each
  // promotion, so it also tells a server that was a replica in between, and took over
  // another's data.
  facts.history_id = std::string(InfoField((**server).Text(), "run_id")) + "/" +
                     std::string(InfoField((**replication).Text(), "master_replid"));
  const std::string_view replicas = InfoField((**replication).Text(), "connected_slaves");
  facts.replicas = 0;
  std::from_chars(replicas.data(), replicas.data() + replicas.size(), facts.replicas);
  return absl::OkStatus();
}

absl::StatusOr<ServerFacts> ReadServerFacts(redis::Connection& connection) {
  ServerFacts facts;
  if (auto status = RefreshServerFacts(connection, facts); !status.ok()) return status;
  const auto policy = ReadSetting(connection, "maxmemory-policy");
  if (!policy.ok()) return policy.status();
  const auto appendonly = ReadSetting(connection, "appendonly");
  if (!appendonly.ok()) return appendonly.status();
  const auto appendfsync = ReadSetting(connection, "appendfsync");
  if (!appendfsync.ok()) return appendfsync.status();
  const auto has_waitaof = HasCommand(connection, "WAITAOF");
  if (!has_waitaof.ok()) return has_waitaof.status();
  facts.noeviction = *policy == "noeviction";
  facts.fsync_always = *appendonly == "yes" && *appendfsync == "always";
  facts.can_await_fsync = *appendonly == "yes" && *has_waitaof;
  return facts;
}

}  // namespace inkwell::queue
