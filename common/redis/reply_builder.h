// Builds the replies that hiredis reads: all parts of one reply lie in one arena, because
// a reply of thousands of strings would else be twice as many allocations. Not thread-safe.
#pragma once

#include <memory>
#include <utility>

#include "common/redis/reply_arena.h"

struct redisReader;

namespace inkwell::redis {

class ReplyBuilder {
 public:
  // From now on `reader` builds its replies here. Called once; the builder outlives the
  // reader, and stays where it is.
  void Attach(redisReader& reader);

  // What the reply that was read last lies in; the next one goes into another.
  [[nodiscard]] std::unique_ptr<ReplyArena> TakeArena() { return std::move(arena_); }

  // Of the reply that is being read.
  [[nodiscard]] ReplyArena& arena() {
    if (arena_ == nullptr) arena_ = std::make_unique<ReplyArena>();
    return *arena_;
  }

 private:
  std::unique_ptr<ReplyArena> arena_;
};

}  // namespace inkwell::redis
