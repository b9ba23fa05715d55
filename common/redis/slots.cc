#include "common/redis/slots.h"

#include <algorithm>
#include <array>
#include <string>

namespace inkwell::redis {
namespace {

// CRC-16/XMODEM: polynomial 0x1021, high bit first, starting from 0.
constexpr std::array<std::uint16_t, 256> MakeCrcTable() {
  std::array<std::uint16_t, 256> table{};
  for (unsigned byte = 0; byte < table.size(); ++byte) {
    unsigned crc = byte << 8;
    for (int bit = 0; bit < 8; ++bit) crc = (crc << 1) ^ ((crc & 0x8000) != 0 ? 0x1021 : 0);
    table[byte] = static_cast<std::uint16_t>(crc);
  }
  return table;
}
constexpr auto kCrcTable = MakeCrcTable();

std::uint16_t Crc16(std::string_view text) {
  unsigned crc = 0;
  for (const char c : text) {
    crc = ((crc << 8) & 0xffff) ^ kCrcTable[((crc >> 8) ^ static_cast<unsigned char>(c)) & 0xff];
  }
  return static_cast<std::uint16_t>(crc);
}

std::string_view HashTag(std::string_view key) {
  const auto open = key.find('{');
  if (open == std::string_view::npos) return key;
  const auto close = key.find('}', open + 1);
  if (close == std::string_view::npos || close == open + 1) return key;
  return key.substr(open + 1, close - open - 1);
}

}  // namespace

std::uint16_t SlotOf(std::string_view key) {
  return static_cast<std::uint16_t>(Crc16(HashTag(key)) % kSlots);
}

// An array of [first slot, last slot, master, replica …]; a node is [host, port, id …].
SlotTable::SlotTable(Reply slots, const Server& asked) : node_of_(kSlots, kNobody) {
  for (std::size_t i = 0; i < slots.Size(); ++i) {
    const Reply range = slots[i];
    if (range.Size() < 3 || range[2].Size() < 2) continue;
    const Reply master = range[2];
    Server node{std::string(master[0].Text()), static_cast<int>(master[1].Integer())};
    if (node.host.empty() || node.host == "?") node.host = asked.host;
    const std::size_t index = IndexOf(node);
    const auto last = std::min<std::int64_t>(range[1].Integer(), kSlots - 1);
    for (auto slot = std::max<std::int64_t>(range[0].Integer(), 0); slot <= last; ++slot) {
      node_of_[static_cast<std::size_t>(slot)] = index;
    }
  }
}

std::size_t SlotTable::IndexOf(const Server& node) {
  const auto found = std::find(nodes_.begin(), nodes_.end(), node);
  if (found != nodes_.end()) return static_cast<std::size_t>(found - nodes_.begin());
  nodes_.push_back(node);
  return nodes_.size() - 1;
}

}  // namespace inkwell::redis
