// Memory for the parts of one reply, freed together. Thread-compatible.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

namespace inkwell::redis {

class ReplyArena {
 public:
  // Room for anything that is aligned to 8 bytes; lives as long as the arena.
  [[nodiscard]] void* Allocate(std::size_t bytes) {
    const std::size_t padded = (bytes + kAlignment - 1) / kAlignment * kAlignment;
    // By itself, so that no block is left half empty.
    if (padded > kLargeBytes) return blocks_.emplace_back(new char[padded]).get();
    if (padded > left_) AddBlock(padded);
    void* room = next_;
    next_ += padded;
    left_ -= padded;
    return room;
  }

 private:
  static constexpr std::size_t kAlignment = 8;
  // Most replies are small; in large ones little is left unused.
  static constexpr std::size_t kFirstBlockBytes = 1 << 10;
  static constexpr std::size_t kMostBlockBytes = 64 << 10;
  static constexpr std::size_t kLargeBytes = kMostBlockBytes / 16;

  void AddBlock(std::size_t bytes_least) {
    left_ = std::max(block_bytes_, bytes_least);
    next_ = blocks_.emplace_back(new char[left_]).get();
    block_bytes_ = std::min(2 * block_bytes_, kMostBlockBytes);
  }

  std::vector<std::unique_ptr<char[]>> blocks_;
  std::size_t block_bytes_ = kFirstBlockBytes;
  char* next_ = nullptr;
  std::size_t left_ = 0;
};

}  // namespace inkwell::redis
