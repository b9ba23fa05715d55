#include "common/server/port_file.h"

#include <fmt/core.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

namespace inkwell {

absl::Status WritePortFile(const std::string& path, int port) {
  const std::string unfinished = path + ".tmp";
  std::ofstream file(unfinished);
  file << port << '\n';
  file.close();
  if (file && std::rename(unfinished.c_str(), path.c_str()) == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(
      fmt::format("can't write the port file \"{}\": {}", path, std::strerror(errno)));
}

}  // namespace inkwell
