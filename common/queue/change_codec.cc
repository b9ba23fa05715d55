#include "common/queue/change_codec.h"

#include <fmt/core.h>

#include "common/base/errors.h"
#include "common/base/random.h"
#include "common/base/uuid.h"

namespace inkwell::queue {
namespace {

// Field 1, wire type fixed64 (https://protobuf.dev/programming-guides/encoding).
constexpr char kPushIdTag = v1::Change::kPushIdFieldNumber << 3 | 1;
constexpr std::size_t kStampBytes = 1 + sizeof(std::uint64_t);

// The year 10000, where google.protobuf.Timestamp ends. Beyond what Postgres can hold,
// arithmetic would overflow.
constexpr std::int64_t kAcceptTimeEndUs = 253'402'300'800'000'000;

}  // namespace

std::string EncodeEntry(const v1::Change& change) {
  std::string entry(kStampBytes, '\0');
  entry[0] = kPushIdTag;
  change.AppendToString(&entry);
  return entry;
}

void StampEntry(std::string& entry, std::uint64_t push_id) {
  for (std::size_t i = 0; i < sizeof(push_id); ++i) {
    entry[1 + i] = static_cast<char>(push_id >> (8 * i) & 0xff);
  }
}

absl::Status DecodeEntry(std::string_view entry, v1::Change& change) {
  if (!change.ParseFromArray(entry.data(), static_cast<int>(entry.size()))) {
    return Error(absl::StatusCode::kInvalidArgument, "UNDECODABLE",
                 fmt::format("{} bytes are no inkwell.queue.v1.Change", entry.size()));
  }
  if (change.comment_id().size() != Uuid::kBytes) {
    return Error(absl::StatusCode::kInvalidArgument, "UNDECODABLE",
                 fmt::format("comment_id has {} bytes, not 16", change.comment_id().size()));
  }
  if (change.accept_time_us() < 0 || change.accept_time_us() >= kAcceptTimeEndUs) {
    return Error(absl::StatusCode::kInvalidArgument, "UNDECODABLE",
                 fmt::format("accept_time_us is {}, which is not between the years 1970 and 9999",
                             change.accept_time_us()));
  }
  if (change.kind_case() == v1::Change::KIND_NOT_SET) {
    return Error(absl::StatusCode::kInvalidArgument, "UNKNOWN_KIND",
                 "the kind of change is one that this version does not know; replay it with a "
                 "flusher as new as the ingest that wrote it");
  }
  return absl::OkStatus();
}

PushIds::PushIds() : next_(Random64()) {}

}  // namespace inkwell::queue
