// What a call hands to the writer, and how it is answered.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "common/base/clock.h"

namespace inkwell::ingest {

// What an acknowledgement promises (inkwell.v1.Durability).
enum class Durability { kEnqueued, kFsynced, kReplicated, kPersisted };

// Whoever waits for an answer. Called on a thread of the writer's; must not block.
//   OK                   the change has the durability that was asked for; `revision` is
//                        that of an update, else 0
//   kUnavailable         it may or may not come
//   kResourceExhausted   Redis is full; it will not come
//   kDeadlineExceeded    the caller's deadline had passed; it may or may not come
class AckSink {
 public:
  virtual ~AckSink() = default;
  virtual void OnAck(std::size_t index, const absl::Status& status, std::int64_t revision) = 0;
};

struct Submission {
  int partition = 0;
  std::string entry;
  Durability durability = Durability::kEnqueued;
  // Past it the change isn't pushed any more.
  SteadyTime caller_deadline = SteadyTime::max();
  AckSink* sink = nullptr;  // must live until answered
  std::size_t index = 0;    // handed back to the sink
};

// An answer that is owed. Without a sink: it was given.
struct Ack {
  AckSink* sink = nullptr;
  std::size_t index = 0;
  SteadyTime expires;

  void Send(const absl::Status& status, std::int64_t revision = 0) const {
    sink->OnAck(index, status, revision);
  }
};

}  // namespace inkwell::ingest
