// What callers send as `traceparent`: of one trace, recorded or not.
#pragma once

namespace inkwell::testing {

inline constexpr const char* kSampled = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
inline constexpr const char* kNotSampled =
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";

}  // namespace inkwell::testing
