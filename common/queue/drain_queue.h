// The seam between the flusher and the queue: something that can be peeked at, trimmed and
// held. Implemented on Redis, and by a fake for unit tests; one contract suite
// (tests/contract/queue_contract_test.cc) holds both to what is said here.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/clock.h"
#include "common/queue/keys.h"
#include "common/queue/layout.h"

namespace inkwell::queue {

struct PeekLimits {
  std::int64_t rows = 10'000;
  std::int64_t bytes = 8 << 20;
};

// Entries from a list's head, oldest first, without holes. The views live as long
// as `storage`.
struct PeekedEntries {
  std::vector<std::string_view> entries;
  std::vector<std::shared_ptr<const void>> storage;
};

// How many changes had one end. Its field is one of kOutcomeFields.
struct BookEntry {
  std::string_view field;
  std::int64_t count = 0;
};

// One partition at one moment.
struct PartitionSnapshot {
  std::uint64_t epoch = 0;  // 0: the server lost its history, and nobody has come back yet
  std::int64_t head = 0;    // entries ever trimmed in this epoch
  std::int64_t pending = 0;
  std::optional<std::string> oldest;  // the entry at the head, if there is one
  // What became of the entries trimmed, in the order of kOutcomeFields. head is their sum,
  // and head + pending is how many were ever appended.
  std::array<std::int64_t, kOutcomeFields.size()> books{};
};

// Flushing is held, on every replica of the namespace.
struct Pause {
  WallTime since;
  std::string reason;
  friend bool operator==(const Pause&, const Pause&) = default;
};

struct QueueSnapshot {
  Layout layout;
  // Of all lists, also those that are no partitions any more; each by itself, one after the
  // other.
  std::vector<PartitionSnapshot> partitions;
  std::optional<Pause> pause;
};

// Thread-compatible: one for each worker. Calls block, and connect if need be.
// kUnavailable from any: not now; try again. kFailedPrecondition: never, as it is
// configured otherwise; says what differs. A partition is any of the lists that a snapshot
// has told of.
class DrainQueue {
 public:
  virtual ~DrainQueue() = default;

  // Reads up to the limits, and at least one entry if there is any, removing
  // nothing. May read fewer than there are.
  [[nodiscard]] virtual absl::StatusOr<PeekedEntries> Peek(int partition,
                                                           const PeekLimits& limits) = 0;

  // Drops the `count` oldest entries if the last of these is, byte for byte,
  // `last`, and tells whether it did. Since no two entries are ever the same, that
  // one comparison proves that all of them are those that the caller has read.
  // `outcomes`, which add up to `count`, go into the books in the same step, or not at
  // all: so the books are right whoever dies when. Requires count ≥ 1.
  [[nodiscard]] virtual absl::StatusOr<bool> CompareAndTrim(
      int partition, std::int64_t count, std::string_view last,
      std::span<const BookEntry> outcomes) = 0;

  // Where everything stands.
  [[nodiscard]] virtual absl::StatusOr<QueueSnapshot> ReadSnapshot() = 0;

  // Whether flushing is held. Cheap: to be asked before each batch.
  [[nodiscard]] virtual absl::StatusOr<std::optional<Pause>> ReadPause() = 0;
  // Holds flushing until SetPause(nullopt), whatever restarts; in place of an earlier
  // pause. A queue that lost its data has forgotten this too.
  [[nodiscard]] virtual absl::Status SetPause(const std::optional<Pause>& pause) = 0;
};

}  // namespace inkwell::queue
