// Waiting in tests: for a condition with a deadline, never for a fixed time.
#pragma once

#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>

namespace inkwell::testing {

// Ample for anything that happens at all, on a busy machine under a sanitizer.
inline constexpr std::chrono::seconds kPatience{30};

// Looks again and again until `condition()` holds; false if it never did.
template <typename Condition>
[[nodiscard]] bool Await(const Condition& condition,
                         std::chrono::steady_clock::duration patience = kPatience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

// The same for what has to hold; throws if it never does. `what` says it in words.
template <typename Condition>
void AwaitOrThrow(const std::string& what, const Condition& condition) {
  if (!Await(condition)) throw std::runtime_error("waited in vain until " + what);
}

}  // namespace inkwell::testing
