// "inkwell-flusher repartition --to N", from its settings to its end.
#pragma once

#include "absl/status/status.h"
#include "services/flusher/settings.h"

namespace inkwell::flusher {

// Changes the number of partitions to settings.repartition_to, which is set, and says in the
// log how it goes. SIGTERM and SIGINT, which must be blocked, stop it. An error says what was
// wrong and what would be right (repartition/repartition.h).
[[nodiscard]] absl::Status RepartitionOnce(const Settings& settings);

}  // namespace inkwell::flusher
