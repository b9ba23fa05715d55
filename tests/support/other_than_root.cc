#include "tests/support/other_than_root.h"

#include <pwd.h>
#include <unistd.h>

namespace inkwell::testing {

std::optional<Subprocess::Owner> OtherThanRoot() {
  if (geteuid() != 0) return std::nullopt;
  const passwd* user = getpwnam("postgres");
  if (user == nullptr) user = getpwnam("nobody");
  if (user == nullptr) return std::nullopt;
  return Subprocess::Owner{user->pw_uid, user->pw_gid};
}

absl::Status GiveTo(const std::optional<Subprocess::Owner>& owner,
                    const std::filesystem::path& path) {
  if (!owner || chown(path.c_str(), owner->user, owner->group) == 0) return absl::OkStatus();
  return absl::InternalError("chown of " + path.string());
}

}  // namespace inkwell::testing
