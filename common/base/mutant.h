// Deliberate faults of ours, which the crash tests must catch: tests of the tests. Compiled
// in only with -DINKWELL_FAILPOINTS=ON, as failpoints are.
#pragma once

#include <string_view>

namespace inkwell {

// Whether the environment's INKWELL_MUTANT is `name`. Thread-safe.
[[nodiscard]] bool IsMutant(std::string_view name);

}  // namespace inkwell

#if defined(INKWELL_FAILPOINTS)
#define INKWELL_MUTANT(name) ::inkwell::IsMutant(name)
#else
#define INKWELL_MUTANT(name) false
#endif
