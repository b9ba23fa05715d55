// The seam between the flusher and the queue: something that can be peeked at and
// trimmed. Implemented on Redis, and by a fake for unit tests; one contract suite
// (tests/contract/queue_contract_test.cc) holds both to what is said here.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

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

// What is pending in one partition.
struct Backlog {
  std::int64_t pending = 0;
  std::optional<std::string> oldest;  // the entry at the head, if there is one
};

// Thread-compatible: one for each worker. Calls block, and connect if need be.
// kUnavailable from any: not now; try again. kFailedPrecondition: never, as it is
// configured otherwise; says what differs.
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
  // Requires count ≥ 1.
  [[nodiscard]] virtual absl::StatusOr<bool> CompareAndTrim(int partition, std::int64_t count,
                                                            std::string_view last) = 0;

  // One for each partition, in order.
  [[nodiscard]] virtual absl::StatusOr<std::vector<Backlog>> ReadBacklogs() = 0;
};

}  // namespace inkwell::queue
