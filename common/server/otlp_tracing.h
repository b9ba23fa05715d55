// Exports spans by OTLP over gRPC. The only file pair that knows opentelemetry-cpp; a build
// without that library takes no_tracing.cc in its place.
#pragma once

#include <memory>
#include <string_view>

#include "common/server/tracing.h"
#include "common/server/tracing_flags.h"

namespace inkwell {

// Whether this build can.
[[nodiscard]] bool CanExportTraces();

// Null if the options have no endpoint. `service` is what its spans are known as. The endpoint
// needn't be there, nor stay there. Destroying the tracer exports what is left, for a few
// seconds at most.
[[nodiscard]] std::unique_ptr<Tracer> MakeTracer(const TracingOptions& options,
                                                 std::string_view service);

}  // namespace inkwell
