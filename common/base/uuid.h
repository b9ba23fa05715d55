// UUIDs as RFC 9562 writes them. Pure functions, thread-safe.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace inkwell {

struct Uuid {
  static constexpr std::size_t kBytes = 16;
  static constexpr std::size_t kTextBytes = 36;

  std::array<std::uint8_t, kBytes> bytes{};  // big endian

  // Reads 36 characters "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", lower case.
  // Of any version: clients choose their own. Nothing else is accepted, so that
  // an id has one spelling.
  [[nodiscard]] static std::optional<Uuid> FromText(std::string_view text);
  // Takes exactly 16 bytes.
  [[nodiscard]] static std::optional<Uuid> FromBytes(std::string_view bytes);

  [[nodiscard]] std::string ToText() const;
  // A view of `bytes`, valid as long as this Uuid is.
  [[nodiscard]] std::string_view AsBytes() const;

  auto operator<=>(const Uuid&) const = default;
  template <typename H>
  friend H AbslHashValue(H h, const Uuid& uuid) {
    return H::combine(std::move(h), uuid.bytes);
  }
};

}  // namespace inkwell
