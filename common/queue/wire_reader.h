// Reads protobuf's wire format in place: https://protobuf.dev/programming-guides/encoding.
// It takes and refuses what protobuf's own parser does (tests/fuzz/list_element_fuzz.cc
// compares the two), but copies and allocates nothing.
//
//   WireReader fields(message);
//   while (fields.Next()) {
//     switch (fields.tag()) {
//       case BytesTag(1): name = fields.Text(); break;
//       default: fields.Skip();
//     }
//   }
//   return fields.ok();
//
// What can't be read is remembered: from then on fields are empty, and there is no next.
// Not thread-safe. Small: pass it by value.
#pragma once

#include <cstdint>
#include <string_view>

namespace inkwell::queue {

// A field's number and how it is encoded.
[[nodiscard]] constexpr std::uint32_t VarintTag(int field) {
  return static_cast<std::uint32_t>(field) << 3;
}
[[nodiscard]] constexpr std::uint32_t Fixed64Tag(int field) { return VarintTag(field) | 1; }
[[nodiscard]] constexpr std::uint32_t BytesTag(int field) { return VarintTag(field) | 2; }

class WireReader {
 public:
  // Of a message that is not part of another. Views `bytes`.
  explicit WireReader(std::string_view bytes) : WireReader(bytes, kMaxDepth) {}

  // Goes to the next field, which must then be read, or skipped. False at the end.
  [[nodiscard]] bool Next() {
    tag_ = 0;
    if (rest_.empty()) return false;
    tag_ = static_cast<std::uint32_t>(ReadVarint(kMaxShortVarintBytes));
    if (tag_ == 0) Fail();
    return tag_ != 0;
  }
  [[nodiscard]] std::uint32_t tag() const { return tag_; }
  // Whether all could be read so far.
  [[nodiscard]] bool ok() const { return ok_; }

  // Each reads the field, which is encoded so according to its tag.
  [[nodiscard]] std::uint64_t Varint() { return ReadVarint(kMaxVarintBytes); }
  [[nodiscard]] std::uint64_t Fixed64();
  [[nodiscard]] std::string_view Bytes() { return Take(ReadVarint(kMaxShortVarintBytes)); }
  [[nodiscard]] std::string_view Text();  // must be UTF-8
  [[nodiscard]] WireReader Message() { return WireReader(Bytes(), depth_ - 1); }
  // Of whatever encoding.
  void Skip();

 private:
  static constexpr int kMaxVarintBytes = 10;
  static constexpr int kMaxShortVarintBytes = 5;  // of tags and lengths
  static constexpr int kMaxDepth = 100;           // of messages and groups in one another

  WireReader(std::string_view bytes, int depth) : rest_(bytes), depth_(depth) {}

  [[nodiscard]] std::uint64_t ReadVarint(int max_bytes);
  [[nodiscard]] std::string_view Take(std::uint64_t bytes);
  void SkipGroup(std::uint32_t end_tag);
  void Fail();

  std::string_view rest_;
  int depth_;
  std::uint32_t tag_ = 0;
  bool ok_ = true;
};

inline std::uint64_t WireReader::ReadVarint(int max_bytes) {
  std::uint64_t value = 0;
  for (int i = 0; i < max_bytes && static_cast<std::size_t>(i) < rest_.size(); ++i) {
    const auto byte = static_cast<std::uint8_t>(rest_[static_cast<std::size_t>(i)]);
    value |= static_cast<std::uint64_t>(byte & 0x7f) << (7 * i);
    if (byte >= 0x80) continue;
    rest_.remove_prefix(static_cast<std::size_t>(i) + 1);
    return value;
  }
  Fail();
  return 0;
}

inline std::string_view WireReader::Take(std::uint64_t bytes) {
  if (bytes > rest_.size()) {
    Fail();
    return {};
  }
  const std::string_view taken = rest_.substr(0, bytes);
  rest_.remove_prefix(bytes);
  return taken;
}

inline void WireReader::Fail() {
  ok_ = false;
  rest_ = {};
}

}  // namespace inkwell::queue
