// Where a call stands in a distributed trace: W3C Trace Context's traceparent
// (https://www.w3.org/TR/trace-context), and its 24 bytes in a Change.
// Pure functions, thread-safe.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace inkwell {

struct TraceContext {
  static constexpr std::size_t kTraceIdBytes = 16;
  static constexpr std::size_t kBytes = 24;

  // The trace's id, then that of the span that the call belongs to. Neither is all zeros.
  std::array<std::uint8_t, kBytes> ids{};
  // Whether the trace is recorded at all.
  bool sampled = false;

  // Reads "00-<32 digits>-<16 digits>-<2 digits>", or that of a newer version as far as this
  // one understands it. nullopt if it is not that: then there is no trace to continue.
  [[nodiscard]] static std::optional<TraceContext> FromTraceparent(std::string_view text);
  // Reads the ids of a sampled trace; nullopt if they are not that.
  [[nodiscard]] static std::optional<TraceContext> FromBytes(std::string_view bytes);

  // The ids; a view, valid as long as this context is.
  [[nodiscard]] std::string_view AsBytes() const;

  auto operator<=>(const TraceContext&) const = default;
  template <typename H>
  friend H AbslHashValue(H h, const TraceContext& context) {
    return H::combine(std::move(h), context.ids, context.sampled);
  }
};

}  // namespace inkwell
