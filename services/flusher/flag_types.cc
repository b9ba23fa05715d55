#include "services/flusher/flag_types.h"

#include "common/server/common_flags.h"
#include "services/flusher/store/pg_connection.h"

namespace inkwell::flusher {

bool AbslParseFlag(absl::string_view text, PostgresUrl* flag, std::string* error) {
  flag->conninfo = std::string(text);
  const absl::Status status = PgConnection::CheckConninfo(flag->conninfo);
  if (!status.ok()) *error = std::string(status.message());
  return status.ok();
}

// A connection string can hide a password in several places: show where it leads, and
// nothing of it if that is not a plain URI.
std::string AbslUnparseFlag(const PostgresUrl& flag) {
  const auto scheme_end = flag.conninfo.find("://");
  if (scheme_end == std::string::npos) return flag.conninfo.empty() ? "" : "***";
  const auto start = scheme_end + 3;
  const auto at = flag.conninfo.find('@', start);
  const auto query = flag.conninfo.find('?', start);
  const auto place = at == std::string::npos ? start : at + 1;
  return flag.conninfo.substr(0, start) + (at == std::string::npos ? "" : "***@") +
         flag.conninfo.substr(place, query == std::string::npos ? query : query - place);
}

bool AbslParseFlag(absl::string_view text, NewPartitionCount* flag, std::string* error) {
  flag->partitions.reset();
  if (text.empty()) return true;
  PartitionCount count;
  if (!AbslParseFlag(text, &count, error)) return false;
  flag->partitions = static_cast<int>(count.value);
  return true;
}

std::string AbslUnparseFlag(const NewPartitionCount& flag) {
  return flag.partitions ? std::to_string(*flag.partitions) : "";
}

bool AbslParseFlag(absl::string_view text, Schedule* flag, std::string* error) {
  auto schedule = Schedule::Parse({text.data(), text.size()});
  if (schedule.ok()) {
    *flag = *std::move(schedule);
  } else {
    *error = std::string(schedule.status().message());
  }
  return error->empty();
}

std::string AbslUnparseFlag(const Schedule& flag) { return flag.ToString(); }

}  // namespace inkwell::flusher
