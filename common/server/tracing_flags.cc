#include "common/server/tracing_flags.h"

#include <fmt/core.h>

#include "absl/flags/flag.h"
#include "absl/strings/numbers.h"
#include "common/server/flag_types.h"
#include "common/server/otlp_tracing.h"

ABSL_FLAG(inkwell::OtlpEndpoint, otlp_endpoint, {},
          "Export traces to this OpenTelemetry collector, by OTLP over gRPC: http://host:4317, or "
          "https:// with TLS; empty: don't");
ABSL_FLAG(inkwell::Share, trace_sample_ratio, {},
          "Of the calls and batches that belong to nobody's trace, trace this share, 0 to 1");

namespace inkwell {

bool AbslParseFlag(absl::string_view text, OtlpEndpoint* flag, std::string* error) {
  flag->url = std::string(text);
  if (flag->url.empty()) return true;
  if (!CanExportTraces()) {
    *error =
        "this program was built without traces; build it with opentelemetry-cpp (CMake option "
        "INKWELL_TRACES), or leave this empty";
    return false;
  }
  const auto scheme_end = flag->url.find("://");
  const std::string scheme = flag->url.substr(0, scheme_end);
  ListenAddress address;
  std::string no_address;
  if ((scheme == "http" || scheme == "https") &&
      AbslParseFlag(flag->url.substr(scheme_end + 3), &address, &no_address) && address.port != 0 &&
      address.host.find('/') == std::string::npos) {
    return true;
  }
  *error = "expected http://host:port or https://host:port";
  return false;
}

std::string AbslUnparseFlag(const OtlpEndpoint& flag) { return flag.url; }

bool AbslParseFlag(absl::string_view text, Share* flag, std::string* error) {
  if (absl::SimpleAtod(text, &flag->value) && flag->value >= 0 && flag->value <= 1) return true;
  *error = "expected a number from 0 to 1, such as 0.01";
  return false;
}

std::string AbslUnparseFlag(const Share& flag) { return fmt::format("{}", flag.value); }

TracingOptions TracingOptionsFromFlags() {
  return {absl::GetFlag(FLAGS_otlp_endpoint).url, absl::GetFlag(FLAGS_trace_sample_ratio).value};
}

}  // namespace inkwell
