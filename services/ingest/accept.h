// Turns a valid request into the change that goes onto a list. Thread-safe.
#pragma once

#include <string>

#include "common/base/clock.h"
#include "common/base/uuid.h"
#include "inkwell/v1/comment_service.pb.h"

namespace inkwell::ingest {

struct AcceptedChange {
  Uuid comment_id;
  int partition = 0;
  int partitions = 0;  // that there are, as far as we know
  std::string entry;   // for the queue; not yet stamped, an update without its revision
};

// Requires that CheckCreate found nothing. A create without an id gets a new one,
// in `preferred_partition`; one with an id falls where it falls.
[[nodiscard]] AcceptedChange AcceptCreate(const v1::Comment& comment, WallTime accept_time,
                                          int preferred_partition, int partitions);

// Requires that CheckUpdate found nothing.
[[nodiscard]] AcceptedChange AcceptUpdate(const v1::UpdateCommentRequest& request,
                                          WallTime accept_time, int partitions);

// Requires that CheckDelete found nothing.
[[nodiscard]] AcceptedChange AcceptDelete(const v1::DeleteCommentRequest& request,
                                          WallTime accept_time, int partitions);

}  // namespace inkwell::ingest
