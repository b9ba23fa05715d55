// What PgBouncer refuses, and what would be right. Pure function, thread-safe.
#pragma once

#include <string>

namespace inkwell::flusher {

// `message`, an error's, with what to do about it if a pooler said it of our settings.
[[nodiscard]] std::string WithPoolerHint(std::string message);

}  // namespace inkwell::flusher
