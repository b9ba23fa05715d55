#include "services/ingest/comment_ids.h"

#include <cstddef>
#include <cstdint>

#include "common/base/random.h"
#include "common/queue/partition.h"

namespace inkwell::ingest {
namespace {

// 32 of the 74 random bits are spent on hitting the partition: enough for any
// count of partitions, and the others alone make ids of one millisecond differ.
constexpr std::size_t kDrawnBytes = 4;

void PutBigEndian(Uuid& id, std::size_t at, std::size_t count, std::uint64_t value) {
  for (std::size_t i = 0; i < count; ++i) {
    id.bytes[at + i] = static_cast<std::uint8_t>(value >> (8 * (count - 1 - i)));
  }
}

}  // namespace

Uuid NewCommentId(WallTime now, int partition, int partitions) {
  using std::chrono::milliseconds;
  const auto since_epoch = std::chrono::floor<milliseconds>(now).time_since_epoch();
  Uuid id;
  PutBigEndian(id, 0, 6, static_cast<std::uint64_t>(since_epoch.count()));
  PutBigEndian(id, 6, 8, Random64());
  id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0f) | 0x70);  // version 7
  id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3f) | 0x80);  // variant 10

  constexpr std::size_t kFixedBytes = Uuid::kBytes - kDrawnBytes;
  const std::string_view bytes = id.AsBytes();
  const std::uint64_t fixed_hash = queue::Fnv1a64(bytes.substr(0, kFixedBytes));
  const auto wanted = static_cast<std::uint64_t>(partition);
  do {
    PutBigEndian(id, kFixedBytes, kDrawnBytes, Random64());
  } while (queue::Fnv1a64(bytes.substr(kFixedBytes), fixed_hash) %
               static_cast<std::uint64_t>(partitions) !=
           wanted);
  return id;
}

}  // namespace inkwell::ingest
