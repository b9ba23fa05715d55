#include "common/server/token_file.h"

#include <fmt/core.h>
#include <spdlog/spdlog.h>

#include <utility>

#include "common/base/sleep.h"
#include "common/server/read_file.h"

namespace inkwell {
namespace {

constexpr std::size_t kMaxBytes = 1 << 20;

}  // namespace

absl::StatusOr<std::unique_ptr<TokenFile>> TokenFile::Open(const AuthOptions& options) {
  std::unique_ptr<TokenFile> self(new TokenFile(options.tokens_file));
  if (auto status = self->Take(ReadFile(self->path_, kMaxBytes)); !status.ok()) return status;
  self->thread_ = std::jthread(
      [raw = self.get(), interval = options.reload_interval](const std::stop_token& stop) {
        while (SleepFor(stop, interval)) raw->Refresh();
      });
  return self;
}

std::shared_ptr<const AuthTokens> TokenFile::Current() const {
  MutexLock lock(mutex_);
  return current_;
}

void TokenFile::Refresh() {
  // All of it is compared, not a date, which two versions might share. It is small.
  const auto content = ReadFile(path_, kMaxBytes);
  {
    MutexLock lock(mutex_);
    if (content == seen_) return;
  }
  const absl::Status status = Take(content);
  if (status.ok()) {
    spdlog::info("read --auth_tokens_file again: {} tokens", Current()->size());
  } else {
    spdlog::error("{}; the tokens read before stay", std::string(status.message()));
  }
}

absl::Status TokenFile::Take(const absl::StatusOr<std::string>& content) {
  auto tokens = content.ok() ? AuthTokens::Parse(*content) : content.status();
  MutexLock lock(mutex_);
  seen_ = content;
  if (tokens.ok()) {
    current_ = std::make_shared<const AuthTokens>(*std::move(tokens));
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      fmt::format("--auth_tokens_file={}: {}", path_, std::string(tokens.status().message())));
}

}  // namespace inkwell
