#include "common/redis/reply_arena.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <vector>

namespace inkwell::redis {
namespace {

struct Room {
  unsigned char* begin;
  std::size_t bytes;
  unsigned char filled_with;
};

// Around each size at which the arena does something else. What reaches beyond a block is
// for AddressSanitizer to see; what overlaps is seen here.
TEST(ReplyArena, GivesEachItsOwnRoom) {
  for (const std::size_t bytes :
       {1U, 8U, 100U, 1024U, 1032U, 2500U, 4096U, 4097U, 64U << 10, 1U << 20}) {
    ReplyArena arena;
    std::vector<Room> rooms;
    for (int i = 0; i < 100; ++i) {
      const auto filler = static_cast<unsigned char>(i);
      rooms.push_back({static_cast<unsigned char*>(arena.Allocate(bytes)), bytes, filler});
      ASSERT_EQ(reinterpret_cast<std::uintptr_t>(rooms.back().begin) % 8, 0U);
      std::memset(rooms.back().begin, filler, bytes);
      rooms.push_back({static_cast<unsigned char*>(arena.Allocate(24)), 24, 0xff});
      std::memset(rooms.back().begin, 0xff, 24);
    }
    for (const auto& room : rooms) {
      for (std::size_t i = 0; i < room.bytes; ++i) ASSERT_EQ(room.begin[i], room.filled_with);
    }
  }
}

}  // namespace
}  // namespace inkwell::redis
