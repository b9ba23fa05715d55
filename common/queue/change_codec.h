// The bytes of a list entry: a serialised inkwell.queue.v1.Change that begins with its
// push_id, followed, in an update, by its revision: nine bytes each, so that an entry can
// be stamped anew for each push, and be given its revision, without encoding it again.
//
// change_view.h reads it. Pure functions, thread-safe, except PushIds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/trace_context.h"
#include "inkwell/queue/v1/change.pb.h"

namespace inkwell::queue {

// The entry of `change`, whose push_id is left out: stamp it before each push.
[[nodiscard]] std::string EncodeEntry(const v1::Change& change);

// Sets the push_id of an entry made by EncodeEntry.
void StampEntry(std::string& entry, std::uint64_t push_id);

// Whether an entry made by EncodeEntry is an update that has no revision yet.
[[nodiscard]] bool LacksRevision(const std::string& entry);
// Sets the revision of an update's entry made by EncodeEntry.
void SetRevision(std::string& entry, std::int64_t revision);
// The revision of an entry made by EncodeEntry; 0 if it is no update or lacks it.
[[nodiscard]] std::int64_t RevisionOf(const std::string& entry);

// Which of `partitions` the comment of an entry made by EncodeEntry is in.
[[nodiscard]] int PartitionOfEntry(std::string_view entry, int partitions);

// Makes a change's entry part of a trace. Call it once at most, for a trace that is sampled.
void AppendTrace(std::string& entry, const TraceContext& trace);

// Gives out push ids that are never used again: a random start for each process,
// then counting up. 64 bits are enough: an id taken twice would matter only on the
// same change, and a change is only ever pushed by the process that accepted it.
// Not thread-safe.
class PushIds {
 public:
  PushIds();
  [[nodiscard]] std::uint64_t Next() { return next_++; }

 private:
  std::uint64_t next_;
};

}  // namespace inkwell::queue
