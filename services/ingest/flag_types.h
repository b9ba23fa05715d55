// Types of ingest's own flags; see common/server/flag_types.h.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "services/ingest/submission.h"

namespace inkwell::ingest {

bool AbslParseFlag(absl::string_view text, Durability* flag, std::string* error);
std::string AbslUnparseFlag(const Durability& flag);

}  // namespace inkwell::ingest
