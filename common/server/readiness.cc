#include "common/server/readiness.h"

#include <utility>

namespace inkwell {

void Readiness::Set(std::size_t need, const absl::Status& status) {
  MutexLock lock(mutex_);
  needs_.at(need) = status;
  TellIfChanged();
}

void Readiness::ShutDown() {
  MutexLock lock(mutex_);
  shutting_down_ = true;
  TellIfChanged();
}

absl::Status Readiness::status() const {
  MutexLock lock(mutex_);
  return Current();
}

void Readiness::Tell(OnChange on_change) {
  MutexLock lock(mutex_);
  on_change_ = std::move(on_change);
  told_ready_ = Current().ok();
  on_change_(told_ready_);
}

absl::Status Readiness::Current() const {
  if (shutting_down_) return absl::UnavailableError("shutting down");
  for (const auto& status : needs_) {
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

void Readiness::TellIfChanged() {
  const bool ready = Current().ok();
  if (ready == told_ready_ || !on_change_) return;
  told_ready_ = ready;
  on_change_(ready);
}

}  // namespace inkwell
