#include "services/flusher/flush/decode.h"

#include <string>

#include "common/base/errors.h"

namespace inkwell::flusher {

DecodedBatch Decode(int partition, const std::vector<std::string_view>& entries) {
  DecodedBatch batch;
  batch.changes.reserve(entries.size());
  for (const std::string_view entry : entries) {
    // Read where it stays if it is a change.
    auto& decoded = batch.changes.emplace_back();
    decoded.entry = entry;
    const absl::Status status = queue::DecodeEntry(entry, decoded.change);
    const auto comment_id = Uuid::FromBytes(decoded.change.comment_id);
    if (status.ok()) {
      decoded.comment_id = *comment_id;
      continue;
    }
    batch.changes.pop_back();
    batch.dead_letters.push_back(
        {partition, entry, comment_id, ReasonOf(status), "", std::string(status.message())});
  }
  return batch;
}

}  // namespace inkwell::flusher
