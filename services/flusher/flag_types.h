// Types of the flusher's own flags; see common/server/flag_types.h.
#pragma once

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "services/flusher/schedule/schedule.h"

namespace inkwell::flusher {

// A Postgres connection string as libpq takes it: a URI or "key=value …".
struct PostgresUrl {
  std::string conninfo;
};
bool AbslParseFlag(absl::string_view text, PostgresUrl* flag, std::string* error);
std::string AbslUnparseFlag(const PostgresUrl& flag);  // without the password

// How many partitions there are to be, if anybody said so.
struct NewPartitionCount {
  std::optional<int> partitions;
};
bool AbslParseFlag(absl::string_view text, NewPartitionCount* flag, std::string* error);
std::string AbslUnparseFlag(const NewPartitionCount& flag);

bool AbslParseFlag(absl::string_view text, Schedule* flag, std::string* error);
std::string AbslUnparseFlag(const Schedule& flag);

}  // namespace inkwell::flusher
