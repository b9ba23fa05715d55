// What works on the partitions.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "services/flusher/flush/flush_run.h"
#include "services/flusher/settings.h"

namespace inkwell::flusher {

// --workers of them. Nothing is connected yet; an error is one of the settings'.
[[nodiscard]] absl::StatusOr<std::vector<Worker>> MakeWorkers(const Settings& settings);

}  // namespace inkwell::flusher
