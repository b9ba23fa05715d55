// In place of otlp_tracing.cc, where opentelemetry-cpp is not there.
#include "common/server/otlp_tracing.h"

namespace inkwell {

bool CanExportTraces() { return false; }

std::unique_ptr<Tracer> MakeTracer(const TracingOptions& /*options*/,
                                   std::string_view /*service*/) {
  return nullptr;
}

}  // namespace inkwell
