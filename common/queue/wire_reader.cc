#include "common/queue/wire_reader.h"

#include "common/base/utf8.h"

namespace inkwell::queue {
namespace {

enum WireType : std::uint32_t { kVarint, kFixed64, kBytes, kGroupStart, kGroupEnd, kFixed32 };

}  // namespace

std::uint64_t WireReader::Fixed64() {
  const std::string_view little_endian = Take(sizeof(std::uint64_t));
  std::uint64_t value = 0;
  for (std::size_t i = little_endian.size(); i-- > 0;) {
    value = value << 8 | static_cast<std::uint8_t>(little_endian[i]);
  }
  return value;
}

std::string_view WireReader::Text() {
  const std::string_view text = Bytes();
  if (IsUtf8(text)) return text;
  Fail();
  return {};
}

void WireReader::Skip() {
  const std::uint32_t number = tag_ >> 3;
  if (number == 0) return Fail();
  switch (tag_ & 7) {
    case kVarint:
      static_cast<void>(Varint());
      break;
    case kFixed64:
      static_cast<void>(Take(8));
      break;
    case kBytes:
      static_cast<void>(Bytes());
      break;
    case kGroupStart:
      SkipGroup(number << 3 | kGroupEnd);
      break;
    case kFixed32:
      static_cast<void>(Take(4));
      break;
    default:  // the end of a group that has not begun, or what nobody knows
      Fail();
  }
}

void WireReader::SkipGroup(std::uint32_t end_tag) {
  if (depth_ == 0) return Fail();
  --depth_;
  while (Next() && tag_ != end_tag) Skip();
  if (tag_ != end_tag) return Fail();
  ++depth_;
}

}  // namespace inkwell::queue
