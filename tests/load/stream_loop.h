// The load by StreamChanges: each stream is kept full, so the load follows the server's
// speed.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "inkwell/v1/comment_service.grpc.pb.h"
#include "tests/load/acknowledged_log.h"
#include "tests/load/feed.h"
#include "tests/load/tally.h"

namespace inkwell::load {

struct StreamOptions {
  std::int64_t streams = 1;
  std::int64_t changes_per_message = 500;
  std::int64_t window = 8000;                 // changes of a stream without a result, at most
  std::chrono::milliseconds timeout{10'000};  // a stream without results is given up then
};

// Stream i is on stub i modulo their number. Returns when the feed is at its end and each
// comment has its result, or its stream has none for it. Latency counts from a message's
// sending to its last result. Nothing is tried again.
void RunStreams(const StreamOptions& options,
                const std::vector<std::unique_ptr<v1::CommentService::Stub>>& stubs, Feed& feed,
                Tally& tally, AcknowledgedLog& log);

}  // namespace inkwell::load
