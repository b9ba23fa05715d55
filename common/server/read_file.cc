#include "common/server/read_file.h"

#include <fmt/core.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace inkwell {
namespace {

absl::Status CantRead(const std::string& path, std::string_view reason) {
  return absl::FailedPreconditionError(fmt::format("can't read \"{}\": {}", path, reason));
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path, std::size_t bytes_max) {
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  const std::unique_ptr<std::FILE, Close> file(std::fopen(path.c_str(), "re"));
  if (file == nullptr) return CantRead(path, std::strerror(errno));
  std::string content(bytes_max + 1, '\0');
  content.resize(std::fread(content.data(), 1, content.size(), file.get()));
  // A folder can be opened, but not read.
  if (std::ferror(file.get()) != 0) return CantRead(path, std::strerror(errno));
  if (content.size() > bytes_max) {
    return CantRead(path, fmt::format("it has more than {} bytes", bytes_max));
  }
  return content;
}

}  // namespace inkwell
