// A small file as a string.
#pragma once

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"

namespace inkwell {

// All of the file. kFailedPrecondition, with the system's reason, if it can't be read, is no
// file or has more than `bytes_max` bytes.
[[nodiscard]] absl::StatusOr<std::string> ReadFile(const std::string& path, std::size_t bytes_max);

}  // namespace inkwell
