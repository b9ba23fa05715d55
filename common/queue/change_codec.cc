#include "common/queue/change_codec.h"

#include "common/base/random.h"
#include "common/base/uuid.h"
#include "common/queue/change_view.h"
#include "common/queue/partition.h"
#include "common/queue/wire_reader.h"

namespace inkwell::queue {
namespace {

// Tags below 128 are one byte. A fixed64's is followed by eight bytes, little endian; that of
// bytes by their count.
constexpr char kPushIdTag = Fixed64Tag(v1::Change::kPushIdFieldNumber);
constexpr char kRevisionTag = Fixed64Tag(v1::Change::kRevisionFieldNumber);
constexpr char kTraceTag = BytesTag(v1::Change::kTraceContextFieldNumber);
constexpr std::size_t kSlotBytes = 1 + sizeof(std::uint64_t);

void SetSlot(std::string& entry, std::size_t slot, std::uint64_t value) {
  for (std::size_t i = 0; i < sizeof(value); ++i) {
    entry[slot * kSlotBytes + 1 + i] = static_cast<char>(value >> (8 * i) & 0xff);
  }
}

bool HasRevisionSlot(const std::string& entry) {
  return entry.size() >= 2 * kSlotBytes && entry[kSlotBytes] == kRevisionTag;
}

}  // namespace

std::string EncodeEntry(const v1::Change& change) {
  std::string entry(change.has_update() ? 2 * kSlotBytes : kSlotBytes, '\0');
  entry[0] = kPushIdTag;
  if (change.has_update()) {
    entry[kSlotBytes] = kRevisionTag;
    SetSlot(entry, 1, change.revision());
  }
  change.AppendToString(&entry);
  return entry;
}

void StampEntry(std::string& entry, std::uint64_t push_id) { SetSlot(entry, 0, push_id); }

void SetRevision(std::string& entry, std::int64_t revision) {
  SetSlot(entry, 1, static_cast<std::uint64_t>(revision));
}

std::int64_t RevisionOf(const std::string& entry) {
  if (!HasRevisionSlot(entry)) return 0;
  std::uint64_t revision = 0;
  for (std::size_t i = kSlotBytes - 1; i >= 1; --i) {
    revision = revision << 8 | static_cast<std::uint8_t>(entry[kSlotBytes + i]);
  }
  return static_cast<std::int64_t>(revision);
}

bool LacksRevision(const std::string& entry) {
  return HasRevisionSlot(entry) && RevisionOf(entry) == 0;
}

int PartitionOfEntry(std::string_view entry, int partitions) {
  ChangeView change;
  static_cast<void>(DecodeEntry(entry, change));  // an update may still lack its revision
  return PartitionOf(*Uuid::FromBytes(change.comment_id), partitions);
}

void AppendTrace(std::string& entry, const TraceContext& trace) {
  entry.push_back(kTraceTag);
  entry.push_back(static_cast<char>(TraceContext::kBytes));
  entry.append(trace.AsBytes());
}

PushIds::PushIds() : next_(Random64()) {}

}  // namespace inkwell::queue
