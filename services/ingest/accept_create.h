// Turns a valid create into the change that goes onto a list.
#pragma once

#include <string>

#include "common/base/clock.h"
#include "common/base/uuid.h"
#include "inkwell/v1/comment_service.pb.h"

namespace inkwell::ingest {

struct AcceptedCreate {
  Uuid comment_id;
  int partition = 0;
  std::string entry;  // for the queue; not yet stamped
};

// Requires that CheckCreate found nothing. A create without an id gets a new one,
// in `preferred_partition`; one with an id falls where it falls. Thread-safe.
[[nodiscard]] AcceptedCreate AcceptCreate(const v1::Comment& comment, WallTime accept_time,
                                          int preferred_partition, int partitions);

}  // namespace inkwell::ingest
