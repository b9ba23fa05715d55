// What ingest demands of a request: the limits that comment.proto documents.
// Pure functions, thread-safe.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "common/base/errors.h"
#include "inkwell/v1/comment_service.pb.h"

namespace inkwell::ingest {

struct Limits {
  std::size_t max_body_bytes = 16384;
};

inline constexpr std::size_t kMaxNameBytes = 128;  // of post_id and author_id
inline constexpr int kMaxAttributes = 32;
inline constexpr std::size_t kMaxAttributeKeyBytes = 64;
inline constexpr std::size_t kMaxAttributeValueBytes = 1024;
inline constexpr int kMaxBatch = 1000;

// Every violation in a create, its field paths beginning with `path` ("" or
// "requests[3]."). Empty if it can be accepted.
[[nodiscard]] std::vector<FieldViolation> CheckCreate(const v1::CreateCommentRequest& request,
                                                      const Limits& limits,
                                                      std::string_view path = "");

// OK for a durability that this server gives; FAILED_PRECONDITION for one that it
// can't; INVALID_ARGUMENT for a number that is none.
[[nodiscard]] absl::Status CheckDurability(v1::Durability durability);

// OK for a batch of 1 to kMaxBatch.
[[nodiscard]] absl::Status CheckBatchSize(int requests);

}  // namespace inkwell::ingest
