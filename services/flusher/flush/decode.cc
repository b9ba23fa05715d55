#include "services/flusher/flush/decode.h"

#include <string>
#include <utility>

#include "common/base/errors.h"
#include "common/queue/change_codec.h"

namespace inkwell::flusher {

DecodedBatch Decode(int partition, const std::vector<std::string_view>& entries) {
  DecodedBatch batch;
  batch.changes.reserve(entries.size());
  for (const std::string_view entry : entries) {
    auto change = std::make_unique<queue::v1::Change>();
    const absl::Status status = queue::DecodeEntry(entry, *change);
    const auto comment_id = Uuid::FromBytes(change->comment_id());
    if (status.ok()) {
      batch.changes.push_back({*comment_id, std::move(change)});
    } else {
      batch.dead_letters.push_back(
          {partition, entry, comment_id, ReasonOf(status), "", std::string(status.message())});
    }
  }
  return batch;
}

}  // namespace inkwell::flusher
