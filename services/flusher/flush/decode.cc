#include "services/flusher/flush/decode.h"

#include <string>

#include "common/base/errors.h"

namespace inkwell::flusher {

std::variant<DecodedChange, DeadLetter> Decode(int partition, std::string_view entry) {
  // Read where it stays if it is a change.
  std::variant<DecodedChange, DeadLetter> result;
  auto& decoded = std::get<DecodedChange>(result);
  decoded.entry = entry;
  const absl::Status status = queue::DecodeEntry(entry, decoded.change);
  const auto comment_id = Uuid::FromBytes(decoded.change.comment_id);
  if (status.ok()) {
    decoded.comment_id = *comment_id;
  } else {
    result = DeadLetter{partition,        entry, comment_id,
                        ReasonOf(status), "",    std::string(status.message())};
  }
  return result;
}

}  // namespace inkwell::flusher
