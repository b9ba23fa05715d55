#include "common/queue/server_facts.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_join.h"

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

// Whether every server has this value for a setting, and shows it.
absl::StatusOr<bool> AllHave(redis::Connection& connection, std::string_view setting,
                             std::string_view value) {
  const auto replies = connection.CallAll({"CONFIG", "GET", setting});
  if (!replies.ok()) return replies.status();
  return std::all_of(replies->begin(), replies->end(), [value](const auto& reply) {
    return (*reply).Size() == 2 && (*reply)[1].Text() == value;
  });
}

absl::StatusOr<bool> AllKnow(redis::Connection& connection, std::string_view command) {
  const auto replies = connection.CallAll({"COMMAND", "INFO", command});
  if (!replies.ok()) return replies.status();
  return std::all_of(replies->begin(), replies->end(), [](const auto& reply) {
    return (*reply).Size() == 1 && !(*reply)[0].IsNil() && (*reply)[0].Size() > 0;
  });
}

}  // namespace

// In a cluster a slot that moves takes its keys along, so nothing is lost as long as the nodes
// that we use are the same and none of them is another one or has had another life. So it is
// enough to know all of them, whoever has which of our partitions.
absl::Status RefreshServerFacts(redis::Connection& connection, ServerFacts& facts) {
  const auto servers = connection.CallAll({"INFO", "server"});
  if (!servers.ok()) return servers.status();
  const auto replications = connection.CallAll({"INFO", "replication"});
  if (!replications.ok()) return replications.status();
  std::vector<std::string> histories;
  facts.replicas = std::numeric_limits<int>::max();
  for (std::size_t i = 0; i < servers->size(); ++i) {
    const std::string_view replication = (*(*replications)[i]).Text();
    // The run id tells one process from the next. The replication id changes at each
    // promotion, so it also tells a server that was a replica in between, and took over
    // another's data.
    histories.push_back(fmt::format("{}/{}", InfoField((*(*servers)[i]).Text(), "run_id"),
                                    InfoField(replication, "master_replid")));
    int replicas = 0;
    const std::string_view count = InfoField(replication, "connected_slaves");
    std::from_chars(count.data(), count.data() + count.size(), replicas);
    facts.replicas = std::min(facts.replicas, replicas);
  }
  std::sort(histories.begin(), histories.end());
  facts.history_id = absl::StrJoin(histories, ",");
  return absl::OkStatus();
}

absl::StatusOr<ServerFacts> ReadServerFacts(redis::Connection& connection) {
  ServerFacts facts;
  if (auto status = RefreshServerFacts(connection, facts); !status.ok()) return status;
  const auto noeviction = AllHave(connection, "maxmemory-policy", "noeviction");
  if (!noeviction.ok()) return noeviction.status();
  const auto appendonly = AllHave(connection, "appendonly", "yes");
  if (!appendonly.ok()) return appendonly.status();
  const auto appendfsync = AllHave(connection, "appendfsync", "always");
  if (!appendfsync.ok()) return appendfsync.status();
  const auto has_waitaof = AllKnow(connection, "WAITAOF");
  if (!has_waitaof.ok()) return has_waitaof.status();
  facts.noeviction = *noeviction;
  facts.fsync_always = *appendonly && *appendfsync;
  facts.can_await_fsync = *appendonly && *has_waitaof;
  return facts;
}

}  // namespace inkwell::queue
