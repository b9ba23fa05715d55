// Servers that refuse to be run by root.
#pragma once

#include <filesystem>
#include <optional>

#include "absl/status/status.h"
#include "tests/support/subprocess.h"

namespace inkwell::testing {

// Whom to run them as: postgres, or nobody; nullopt for the user who we are, unless that is
// root.
[[nodiscard]] std::optional<Subprocess::Owner> OtherThanRoot();

// Gives `path` to `owner`, if there is one.
[[nodiscard]] absl::Status GiveTo(const std::optional<Subprocess::Owner>& owner,
                                  const std::filesystem::path& path);

}  // namespace inkwell::testing
