#include "common/server/reachability.h"

#include <spdlog/spdlog.h>

namespace inkwell {

bool Reachability::Update(const absl::Status& status) {
  const bool is_news = reachable_ != status.ok();
  reachable_ = status.ok();
  const SteadyTime now = std::chrono::steady_clock::now();
  if (logged_ != reachable_ && (!logged_ || now - logged_at_ >= std::chrono::seconds(1))) {
    logged_ = reachable_;
    logged_at_ = now;
    Log(status);
  }
  return is_news;
}

void Reachability::Log(const absl::Status& status) {
  if (status.ok()) {
    spdlog::info("{} is reachable", server_);
  } else {
    spdlog::warn("{} is not reachable: {}", server_, std::string(status.message()));
  }
}

}  // namespace inkwell
