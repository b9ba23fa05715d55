// Which partition a comment is in. All changes of a comment are in one partition,
// so its list keeps them in order.
#pragma once

#include <cstdint>
#include <string_view>

#include "common/base/uuid.h"

namespace inkwell::queue {

inline constexpr int kMaxPartitions = 4096;

// FNV-1a, 64 bits (http://www.isthe.com/chongo/tech/comp/fnv/). `state` lets a
// caller hash a common prefix once and go on from there.
inline constexpr std::uint64_t kFnvOffset = 0xcbf29ce484222325;
[[nodiscard]] constexpr std::uint64_t Fnv1a64(std::string_view bytes,
                                              std::uint64_t state = kFnvOffset) {
  for (const char c : bytes) {
    state = (state ^ static_cast<std::uint8_t>(c)) * 0x100000001b3;
  }
  return state;
}

// 0 to partitions - 1. Requires partitions ≥ 1.
[[nodiscard]] int PartitionOf(const Uuid& comment_id, int partitions);

}  // namespace inkwell::queue
