// The second place where an accepted change lives until Postgres has it: the memory of
// the ingest that accepted it. When Redis comes back without what it had, all that is
// here is pushed again.
//
// An entry leaves when its partition's head has passed its position, which proves that it
// was committed: the flusher moves the head only after COMMIT. A position means something
// only in the history that it was given in, so once history is lost no entry has one, and
// none leaves before it was pushed again.
//
// Not thread-safe: the writer thread's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "common/queue/push_queue.h"

namespace inkwell::ingest {

// A change on its way to Postgres. `wait` is not 0 if somebody waits until it is there.
struct RetainedChange {
  std::string entry;
  std::uint64_t wait = 0;
};

// A wait that ended.
struct EndedWait {
  std::uint64_t wait = 0;
  bool persisted = false;  // or fell out of the window
};

class RetainedWindow {
 public:
  // At most `max_bytes` of entries, beyond which the oldest fall out.
  RetainedWindow(int partitions, std::int64_t max_bytes);

  // Takes a change that stands at `sequence` of its partition's list now; in order.
  void Add(int partition, std::int64_t sequence, RetainedChange change);

  // What the partition's head tells. Entries before it are persisted, and leave.
  void Advance(int partition, std::int64_t head);

  // The server no longer has what it had: no entry has a position any more.
  void ForgetPositions();

  // There are so many partitions now, and no entry has a position: each goes where its comment
  // is now. Their order stays, so that of a comment's changes too.
  void Repartition(int partitions);

  // The entries without a position, oldest first, at most about `max_bytes` of them; to be
  // stamped and pushed again. Empty if there are none.
  [[nodiscard]] std::vector<std::string*> Unplaced(int partition, std::int64_t max_bytes);
  // The first `count` of those stand at `first_sequence` and on.
  void Place(int partition, std::int64_t first_sequence, std::size_t count);

  // The waits that ended since the last call.
  [[nodiscard]] std::vector<EndedWait> TakeEndedWaits();

  [[nodiscard]] std::int64_t size() const { return size_; }
  [[nodiscard]] std::int64_t bytes() const { return bytes_; }
  // Entries that fell out of the window, ever.
  [[nodiscard]] std::int64_t dropped() const { return dropped_; }

 private:
  struct Entry {
    RetainedChange change;
    std::int64_t sequence = 0;
    std::uint64_t age = 0;  // counts up over all partitions
  };
  struct Partition {
    std::deque<Entry> entries;  // placed ones first
    std::size_t placed = 0;
  };

  void RemoveOldest(Partition& partition, bool persisted);
  void DropOldest();

  const std::int64_t max_bytes_;
  std::vector<Partition> partitions_;
  std::vector<EndedWait> ended_;
  std::uint64_t next_age_ = 0;
  std::int64_t size_ = 0;
  std::int64_t bytes_ = 0;
  std::int64_t dropped_ = 0;
};

}  // namespace inkwell::ingest
