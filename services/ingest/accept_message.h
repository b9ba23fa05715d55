// Turns a message of a stream into submissions, and into results of the changes that can't be
// accepted. Thread-safe.
#pragma once

#include <cstdint>
#include <vector>

#include "inkwell/v1/comment_service.pb.h"
#include "services/ingest/call_context.h"
#include "services/ingest/stream_window.h"

namespace inkwell::ingest {

struct AcceptedMessage {
  // In the changes' order; the index of each is its place here. They have no sink yet.
  std::vector<Submission> submissions;
  std::vector<ChangeKind> kinds;        // of the submissions
  std::vector<StreamedResult> results;  // of the submissions, should all go well
  std::vector<StreamedResult> refused;  // of all the other changes
  std::int64_t bytes = 0;               // of all results
};

// Nothing is submitted; refusals are counted.
[[nodiscard]] AcceptedMessage AcceptMessage(const CallContext& context, SteadyTime deadline,
                                            const v1::StreamChangesRequest& request);

}  // namespace inkwell::ingest
