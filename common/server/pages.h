// The pages that both services serve over HTTP.
#pragma once

#include <prometheus/collectable.h>

#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "common/server/http_server.h"

namespace inkwell {

// "/metrics": all of the sources, one after the other, in Prometheus' text format. They
// outlive the page, and no two of them have a metric's name in common.
[[nodiscard]] HttpPage MetricsPage(std::vector<const prometheus::Collectable*> sources);

// "/livez": always 200. An answer at all is what says that the process is alive.
[[nodiscard]] HttpPage LivePage();

// "/readyz": 200 while `ready` says OK; else 503 with what it says. `ready` is called on
// any thread and must not block.
[[nodiscard]] HttpPage ReadyPage(std::function<absl::Status()> ready);

}  // namespace inkwell
