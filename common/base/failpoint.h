// Named places where a test makes the process die or stop, to prove that doing so right
// there loses and doubles nothing. Compiled in only with -DINKWELL_FAILPOINTS=ON (all
// presets but `release`).
#pragma once

#include <string_view>

namespace inkwell {

// Dies at once, as from kill -9, if the environment's INKWELL_FAILPOINT names
// this point: "name" for the first pass, "name:3" for the third. With "=stop" after that
// the process is stopped instead, until a SIGCONT. Thread-safe.
void HitFailpoint(std::string_view name);

}  // namespace inkwell

#if defined(INKWELL_FAILPOINTS)
#define INKWELL_FAILPOINT(name) ::inkwell::HitFailpoint(name)
#else
#define INKWELL_FAILPOINT(name) static_cast<void>(0)
#endif
