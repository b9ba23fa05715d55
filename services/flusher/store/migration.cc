#include "services/flusher/store/migration.h"

#include <fmt/format.h>

#include "common/base/errors.h"

namespace inkwell::flusher {
namespace {

constexpr std::string_view kUp = "-- migrate:up";
constexpr std::string_view kDown = "-- migrate:down";

absl::Status BadFile(std::string_view file_name, std::string_view what) {
  return Error(absl::StatusCode::kInvalidArgument, "MIGRATION_FILE",
               fmt::format("migration {}: {}", file_name, what));
}

}  // namespace

absl::StatusOr<Migration> ParseMigration(std::string_view file_name, std::string_view text) {
  const auto version = file_name.substr(0, file_name.find_first_not_of("0123456789"));
  if (version.empty())
    return BadFile(file_name, "its name has to start with its version in digits");
  const auto up = text.find(kUp);
  if (up == std::string_view::npos) return BadFile(file_name, "has no line \"-- migrate:up\"");
  text.remove_prefix(up + kUp.size());
  const auto options = text.substr(0, text.find('\n'));
  if (options.find("transaction:false") != std::string_view::npos) {
    return BadFile(file_name, "transaction:false is not supported; each runs in a transaction");
  }
  text.remove_prefix(options.size());
  return Migration{std::string(version), std::string(file_name),
                   std::string(text.substr(0, text.find(kDown)))};
}

}  // namespace inkwell::flusher
