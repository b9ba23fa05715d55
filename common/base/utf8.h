// UTF-8 as RFC 3629 defines it: no overlong forms, no surrogates, nothing beyond
// U+10FFFF. Pure functions, thread-safe.
#pragma once

#include <string_view>

namespace inkwell {

// Whether `text` is UTF-8 throughout. U+0000 is a character like others.
[[nodiscard]] bool IsUtf8(std::string_view text);

}  // namespace inkwell
