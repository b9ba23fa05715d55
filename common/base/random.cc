#include "common/base/random.h"

#include <random>

namespace inkwell {

std::uint64_t Random64() {
  thread_local std::mt19937_64 engine = [] {
    std::random_device entropy;
    std::seed_seq seed{entropy(), entropy(), entropy(), entropy(),
                       entropy(), entropy(), entropy(), entropy()};
    return std::mt19937_64(seed);
  }();
  return engine();
}

}  // namespace inkwell
