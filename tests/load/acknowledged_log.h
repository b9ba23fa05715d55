// The ids of acknowledged comments, one a line: what crash tests then look for in
// Postgres.
#pragma once

#include <fstream>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/mutex.h"

namespace inkwell::load {

// Thread-safe.
class AcknowledgedLog {
 public:
  // Creates or empties the file `path`; an empty `path` gives a log that keeps nothing.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<AcknowledgedLog>> Create(
      const std::string& path);

  void Add(const std::string& comment_id);
  // Fails if any line could not be written. Call once, after the last Add.
  [[nodiscard]] absl::Status Close();

 private:
  explicit AcknowledgedLog(const std::string& path) : path_(path) {}

  const std::string path_;
  Mutex mutex_;
  std::ofstream file_ INK_GUARDED_BY(mutex_);
};

}  // namespace inkwell::load
