// The seam between ingest and the queue: something that changes can be appended
// to. Implemented on Redis, and by a fake for unit tests; one contract suite
// (tests/contract/queue_contract_test.cc) holds both to what is said here.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace inkwell::queue {

// Entries for one partition, in order. Views must outlive the push.
struct PartitionPush {
  int partition = 0;
  std::vector<std::string_view> entries;
};

// Where a partition stood just after a push.
struct PushReceipt {
  std::uint64_t epoch = 0;  // 0: the server lost its history since it was connected to
  // Entries ever trimmed. Read a little after the append, so a position computed
  // from it may look later than it is, never earlier.
  std::int64_t head = 0;
  std::int64_t length = 0;  // of the list, our entries included
};

// Thread-compatible: one for each writer thread. Calls block.
class PushQueue {
 public:
  virtual ~PushQueue() = default;

  // Connects if there is no connection. kUnavailable: not now.
  // kFailedPrecondition: never, as it is configured otherwise; says what differs.
  [[nodiscard]] virtual absl::Status Connect() = 0;

  // Appends the entries of each partition, all or none of a partition's. One
  // result for each push, in order; kResourceExhausted means that the queue is
  // full and none of them was appended.
  // kUnavailable as a whole: it is unknown which were appended, the connection is
  // gone, and pushing them again (newly stamped) after Connect() is right.
  [[nodiscard]] virtual absl::StatusOr<std::vector<absl::StatusOr<PushReceipt>>> Push(
      std::span<const PartitionPush> pushes) = 0;
};

}  // namespace inkwell::queue
