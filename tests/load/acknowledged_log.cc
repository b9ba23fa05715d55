#include "tests/load/acknowledged_log.h"

#include <fmt/core.h>

#include <cerrno>
#include <cstring>

namespace inkwell::load {

absl::StatusOr<std::unique_ptr<AcknowledgedLog>> AcknowledgedLog::Create(const std::string& path) {
  std::unique_ptr<AcknowledgedLog> log(new AcknowledgedLog(path));
  const MutexLock lock(log->mutex_);
  if (!path.empty()) log->file_.open(path, std::ios::trunc);
  if (!log->file_) {
    return absl::FailedPreconditionError(
        fmt::format("--acknowledged_file={}: {}", path, std::strerror(errno)));
  }
  return log;
}

void AcknowledgedLog::Add(const std::string& comment_id) {
  if (path_.empty()) return;
  const MutexLock lock(mutex_);
  file_ << comment_id << '\n';
}

absl::Status AcknowledgedLog::Close() {
  if (path_.empty()) return absl::OkStatus();
  const MutexLock lock(mutex_);
  file_.close();
  if (file_) return absl::OkStatus();
  return absl::DataLossError(
      fmt::format("--acknowledged_file={}: not all could be written: is the disk full?", path_));
}

}  // namespace inkwell::load
