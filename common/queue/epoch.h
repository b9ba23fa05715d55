// Names one life of a partition's positions.
#pragma once

#include <string>

#include "common/base/random.h"

namespace inkwell::queue {

// As it is stored: a decimal number that was never used before; never 0, which stands for
// "none".
[[nodiscard]] inline std::string NewEpoch() { return std::to_string(Random64() >> 1 | 1); }

}  // namespace inkwell::queue
