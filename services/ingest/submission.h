// What a call hands to the writer, and how it is answered.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "absl/status/status.h"
#include "common/base/clock.h"

namespace inkwell::ingest {

// What an acknowledgement promises (inkwell.v1.Durability).
enum class Durability { kEnqueued, kFsynced, kReplicated, kPersisted };

class AckSink;

// An answer that is owed. Without a sink: it was given.
struct Ack {
  AckSink* sink = nullptr;
  std::size_t index = 0;
  SteadyTime expires;
};

//   OK                   the change has the durability that was asked for; `revision` is
//                        that of an update, else 0
//   kUnavailable         it may or may not come
//   kResourceExhausted   Redis is full; it will not come
//   kDeadlineExceeded    the caller's deadline had passed; it may or may not come
struct Answer {
  Ack ack;
  absl::Status status;
  std::int64_t revision = 0;
};

// Whoever waits for answers. Called on a thread of the writer's, also on two at once; must
// not block.
class AckSink {
 public:
  virtual ~AckSink() = default;
  // At least one; those that became known together come together.
  virtual void OnAnswers(std::span<const Answer> answers) = 0;
};

struct Submission {
  int partition = 0;
  int partitions = 0;  // that there were when it was found
  std::string entry;
  Durability durability = Durability::kEnqueued;
  // Past it the change isn't pushed any more.
  SteadyTime caller_deadline = SteadyTime::max();
  AckSink* sink = nullptr;  // must live until answered
  std::size_t index = 0;    // handed back to the sink
};

}  // namespace inkwell::ingest
