// The flags that say which spans go where.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace inkwell {

// http://host:port or https://host:port; empty: none. Refused if this build can't export.
struct OtlpEndpoint {
  std::string url;
};
bool AbslParseFlag(absl::string_view text, OtlpEndpoint* flag, std::string* error);
std::string AbslUnparseFlag(const OtlpEndpoint& flag);

// From 0 to 1.
struct Share {
  double value = 0;
};
bool AbslParseFlag(absl::string_view text, Share* flag, std::string* error);
std::string AbslUnparseFlag(const Share& flag);

struct TracingOptions {
  std::string endpoint_url;  // empty: nothing is exported
  double sample_ratio = 0;   // of calls and batches that are part of nobody's trace
};

// Call after ParseFlags.
[[nodiscard]] TracingOptions TracingOptionsFromFlags();

}  // namespace inkwell
