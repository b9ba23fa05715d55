// A folder that is gone, with all that is in it, when the test is over.
#pragma once

#include <filesystem>

namespace inkwell::testing {

// Made below $TMPDIR, or /tmp. Move-only, thread-compatible.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(TempDir&& other) noexcept;
  TempDir& operator=(TempDir&&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace inkwell::testing
