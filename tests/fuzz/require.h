// How a fuzz target says that something must hold.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace inkwell {

// Ends the process if not, which is what a fuzzer takes for a finding. The input is
// the fuzzer's, or the replay's, to keep.
inline void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

}  // namespace inkwell
