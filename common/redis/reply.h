// What Redis answers. Thread-compatible.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "common/redis/reply_arena.h"

struct redisReply;

namespace inkwell::redis {

// A reply, or a part of one; a view, valid as long as the OwnedReply it is of.
class Reply {
 public:
  explicit Reply(const redisReply* reply) : reply_(reply) {}

  [[nodiscard]] bool IsNil() const;
  [[nodiscard]] bool IsError() const;
  // Of a bulk string, status or error; empty for other kinds.
  [[nodiscard]] std::string_view Text() const;
  // Of an integer; 0 for other kinds.
  [[nodiscard]] std::int64_t Integer() const;
  // Of text that is a decimal number, as counters in hashes come; 0 for other kinds.
  [[nodiscard]] std::int64_t Number() const;
  // Of an array; 0 for other kinds.
  [[nodiscard]] std::size_t Size() const;
  // Requires i < Size().
  [[nodiscard]] Reply operator[](std::size_t i) const;
  // OK, or what an error reply means (reply_error.h).
  [[nodiscard]] absl::Status ToStatus() const;

 private:
  const redisReply* reply_;
};

class OwnedReply {
 public:
  // `reply` lies in `arena`.
  OwnedReply(const redisReply* reply, std::unique_ptr<ReplyArena> arena)
      : arena_(std::move(arena)), reply_(reply) {}
  [[nodiscard]] Reply operator*() const { return Reply(reply_); }

 private:
  std::unique_ptr<ReplyArena> arena_;
  const redisReply* reply_;
};

}  // namespace inkwell::redis
