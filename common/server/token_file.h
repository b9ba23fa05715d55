// --auth_tokens_file, read again and again: tokens come and go without a restart.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "absl/status/statusor.h"
#include "common/base/mutex.h"
#include "common/server/auth_tokens.h"

namespace inkwell {

struct AuthOptions {
  std::string tokens_file;  // empty: whoever reaches the port may call
  std::chrono::milliseconds reload_interval{10'000};

  [[nodiscard]] bool on() const { return !tokens_file.empty(); }
};

// Thread-safe.
class TokenFile {
 public:
  // Reads the file now, and looks for another version every reload_interval, on a thread of
  // its own. kFailedPrecondition, naming flag and file, if it can't be read or is bad.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<TokenFile>> Open(const AuthOptions& options);

  // Those of the last good version.
  [[nodiscard]] std::shared_ptr<const AuthTokens> Current() const;

  // Looks for another version at once. A bad one is logged, and what was before stays.
  void Refresh();

 private:
  explicit TokenFile(std::string path) : path_(std::move(path)) {}
  [[nodiscard]] absl::Status Take(const absl::StatusOr<std::string>& content);

  const std::string path_;
  mutable Mutex mutex_;
  // Of the version seen last, good or bad: it is spoken of once.
  absl::StatusOr<std::string> seen_ INK_GUARDED_BY(mutex_);
  std::shared_ptr<const AuthTokens> current_ INK_GUARDED_BY(mutex_);
  std::jthread thread_;
};

}  // namespace inkwell
