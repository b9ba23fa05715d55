// The pages that both services serve over HTTP.
#pragma once

#include <prometheus/registry.h>

#include <functional>

#include "absl/status/status.h"
#include "common/server/http_server.h"

namespace inkwell {

// "/metrics": all of the registry in Prometheus' text format. `registry` outlives it.
[[nodiscard]] HttpPage MetricsPage(const prometheus::Registry& registry);

// "/livez": always 200. An answer at all is what says that the process is alive.
[[nodiscard]] HttpPage LivePage();

// "/readyz": 200 while `ready` says OK; else 503 with what it says. `ready` is called on
// any thread and must not block.
[[nodiscard]] HttpPage ReadyPage(std::function<absl::Status()> ready);

}  // namespace inkwell
