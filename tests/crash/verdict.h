// Whether all is as it has to be, once nothing is under way any more.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/crash/history.h"
#include "tests/support/stack.h"

namespace inkwell::testing {

// What Redis' books say of all partitions together.
struct Books {
  std::int64_t head = 0;      // entries that ever left the lists
  std::int64_t outcomes = 0;  // what became of them
  std::int64_t pending = 0;
};
[[nodiscard]] Books ReadBooks(const std::string& redis_url, int partitions);

// What is wrong, with what is needed to find out why; empty if nothing is. Every comment in
// Postgres as its history wants it, none that nobody created, and no dead letter.
[[nodiscard]] std::string JudgeRows(Stack& stack, History& history);
// The books balance, and nothing is pending.
[[nodiscard]] std::string JudgeBooks(const Books& books);

}  // namespace inkwell::testing
