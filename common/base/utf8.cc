#include "common/base/utf8.h"

#include <cstdint>
#include <cstring>

namespace inkwell {
namespace {

// How many bytes the character at the start of `text` has; 0 if there is none.
std::size_t CharacterBytes(std::string_view text) {
  const auto byte = [text](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const std::size_t bytes = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  const bool overlong = (lead == 0xe0 && byte(1) < 0xa0) || (lead == 0xf0 && byte(1) < 0x90);
  const bool surrogate = lead == 0xed && byte(1) > 0x9f;
  const bool too_large = lead == 0xf4 && byte(1) > 0x8f;
  return overlong || surrogate || too_large ? 0 : bytes;
}

// How many of the first bytes are ASCII, in steps of eight: most text is.
std::size_t AsciiBytes(std::string_view text) {
  std::size_t bytes = 0;
  std::uint64_t word = 0;
  for (; bytes + sizeof(word) <= text.size(); bytes += sizeof(word)) {
    std::memcpy(&word, text.data() + bytes, sizeof(word));
    if ((word & 0x8080808080808080) != 0) break;
  }
  return bytes;
}

}  // namespace

bool IsUtf8(std::string_view text) {
  while (true) {
    text.remove_prefix(AsciiBytes(text));
    if (text.empty()) return true;
    const std::size_t bytes = CharacterBytes(text);
    if (bytes == 0) return false;
    text.remove_prefix(bytes);
  }
}

}  // namespace inkwell
