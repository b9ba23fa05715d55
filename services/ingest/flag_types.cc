#include "services/ingest/flag_types.h"

#include <array>
#include <utility>

namespace inkwell::ingest {
namespace {

constexpr std::array<std::pair<const char*, Durability>, 4> kNames{
    {{"enqueued", Durability::kEnqueued},
     {"fsynced", Durability::kFsynced},
     {"replicated", Durability::kReplicated},
     {"persisted", Durability::kPersisted}}};

}  // namespace

bool AbslParseFlag(absl::string_view text, Durability* flag, std::string* error) {
  for (const auto& [name, durability] : kNames) {
    if (text != name) continue;
    *flag = durability;
    return true;
  }
  *error = "expected enqueued, fsynced, replicated or persisted";
  return false;
}

std::string AbslUnparseFlag(const Durability& flag) {
  return kNames[static_cast<std::size_t>(flag)].first;
}

}  // namespace inkwell::ingest
