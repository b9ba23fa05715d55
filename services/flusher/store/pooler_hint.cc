#include "services/flusher/store/pooler_hint.h"

#include <string_view>
#include <utility>

namespace inkwell::flusher {
namespace {

constexpr std::pair<std::string_view, std::string_view> kHints[] = {
    {"unsupported startup parameter",
     "; take it out of --postgres (ALTER ROLE … SET does the same), or name it in PgBouncer's "
     "ignore_startup_parameters"},
    {"not allowed in statement pooling mode",
     "; a batch is a transaction: set PgBouncer's pool_mode to transaction"},
};

}  // namespace

std::string WithPoolerHint(std::string message) {
  for (const auto& [refusal, hint] : kHints) {
    if (message.find(refusal) != std::string::npos) return message.append(hint);
  }
  return message;
}

}  // namespace inkwell::flusher
