// What ingest demands of a request: the limits that comment.proto documents.
// Pure functions, thread-safe.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/errors.h"
#include "inkwell/v1/comment_service.pb.h"
#include "services/ingest/submission.h"

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

// As above, for an update: whatever it sets must be as in a create.
[[nodiscard]] std::vector<FieldViolation> CheckUpdate(const v1::UpdateCommentRequest& request,
                                                      const Limits& limits,
                                                      std::string_view path = "");

[[nodiscard]] std::vector<FieldViolation> CheckDelete(const v1::DeleteCommentRequest& request,
                                                      std::string_view path = "");

// Which fields an update sets: those that its mask names, or, without a mask, those of the
// updatable ones that are set.
struct UpdatedFields {
  bool body = false;
  bool attributes = false;
};
[[nodiscard]] UpdatedFields FieldsToUpdate(const v1::UpdateCommentRequest& request);

// What was asked for; `unspecified` if nothing was. INVALID_ARGUMENT for a number that is no
// durability.
[[nodiscard]] absl::StatusOr<Durability> ToDurability(v1::Durability durability,
                                                      Durability unspecified);
[[nodiscard]] v1::Durability ToProto(Durability durability);

// OK for a batch, or a message of a stream, of 1 to kMaxBatch.
[[nodiscard]] absl::Status CheckBatchSize(int requests);
[[nodiscard]] absl::Status CheckMessageSize(int changes);

}  // namespace inkwell::ingest
