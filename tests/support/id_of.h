// Ids of comments in tests.
#pragma once

#include <cstddef>
#include <cstdint>

#include "common/base/uuid.h"

namespace inkwell::testing {

// The number is in the last four bytes.
inline Uuid IdOf(int number) {
  Uuid id;
  for (std::size_t i = 0; i < 4; ++i) {
    id.bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i) & 0xff);
  }
  return id;
}

}  // namespace inkwell::testing
