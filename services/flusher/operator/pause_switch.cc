#include "services/flusher/operator/pause_switch.h"

#include <fmt/core.h>
#include <spdlog/spdlog.h>

#include <optional>

#include "common/base/errors.h"

namespace inkwell::flusher {

absl::Status PauseSwitch::Pause(const std::string& reason) {
  if (reason.size() > kMaxPauseReasonBytes) {
    return InvalidFields({{"reason", fmt::format("has {} bytes; expected at most {}", reason.size(),
                                                 kMaxPauseReasonBytes)}});
  }
  auto status = queue_.SetPause(queue::Pause{clock_.Now(), reason});
  if (status.ok()) spdlog::info("flushing is paused by an operator: \"{}\"", reason);
  return status;
}

absl::Status PauseSwitch::Resume() {
  auto status = queue_.SetPause(std::nullopt);
  if (status.ok()) spdlog::info("flushing is resumed by an operator");
  return status;
}

}  // namespace inkwell::flusher
