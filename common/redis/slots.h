// Which node of a Redis Cluster holds a key
// (https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "common/redis/reply.h"
#include "common/redis/url.h"

namespace inkwell::redis {

inline constexpr std::uint16_t kSlots = 16384;

// CRC16 of the key's hash tag, what stands in its first braces, or of the whole key if there
// is none; 0 to kSlots - 1. Pure.
[[nodiscard]] std::uint16_t SlotOf(std::string_view key);

// Who holds each slot, as a node of the cluster saw it when it was asked. Thread-compatible.
class SlotTable {
 public:
  static constexpr std::size_t kNobody = SIZE_MAX;

  // From the reply to CLUSTER SLOTS. A node that doesn't know its own address is reached at
  // that by which it was asked, `asked`.
  SlotTable(Reply slots, const Server& asked);

  // The masters.
  [[nodiscard]] const std::vector<Server>& nodes() const { return nodes_; }
  // Which of nodes() holds the slot, or kNobody.
  [[nodiscard]] std::size_t NodeOf(std::uint16_t slot) const { return node_of_[slot]; }

 private:
  [[nodiscard]] std::size_t IndexOf(const Server& node);

  std::vector<Server> nodes_;
  std::vector<std::size_t> node_of_;
};

}  // namespace inkwell::redis
