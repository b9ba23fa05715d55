#include "common/base/mutant.h"

#include <cstdlib>

namespace inkwell {

bool IsMutant(std::string_view name) {
  static const char* const setting = std::getenv("INKWELL_MUTANT");
  return setting != nullptr && name == setting;
}

}  // namespace inkwell
