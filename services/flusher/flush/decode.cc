#include "services/flusher/flush/decode.h"

#include <string>

#include "common/base/errors.h"
#include "common/queue/change_codec.h"

namespace inkwell::flusher {
namespace {

std::unique_ptr<google::protobuf::Arena> NewArena() {
  google::protobuf::ArenaOptions options;
  options.start_block_size = 4 << 10;
  options.max_block_size = 64 << 10;
  return std::make_unique<google::protobuf::Arena>(options);
}

}  // namespace

DecodedBatch Decode(int partition, const std::vector<std::string_view>& entries) {
  DecodedBatch batch;
  batch.arena = NewArena();
  batch.changes.reserve(entries.size());
  for (const std::string_view entry : entries) {
    auto& change = *google::protobuf::Arena::CreateMessage<queue::v1::Change>(batch.arena.get());
    const absl::Status status = queue::DecodeEntry(entry, change);
    const auto comment_id = Uuid::FromBytes(change.comment_id());
    if (status.ok()) {
      batch.changes.push_back({*comment_id, &change, entry});
    } else {
      batch.dead_letters.push_back(
          {partition, entry, comment_id, ReasonOf(status), "", std::string(status.message())});
    }
  }
  return batch;
}

}  // namespace inkwell::flusher
