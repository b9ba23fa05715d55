// The seam between ingest and the queue: something that changes can be appended
// to. Implemented on Redis, and by a fake for unit tests; one contract suite
// (tests/contract/queue_contract_test.cc) holds both to what is said here.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
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

// Where a partition stands. Entry i of its list has the position (epoch, head + i).
struct PartitionState {
  std::uint64_t epoch = 0;  // 0: the server lost its history since it was connected to
  std::int64_t head = 0;    // entries ever trimmed
  std::int64_t length = 0;  // of the list

  // Entries ever appended: it never falls, unless history is lost.
  [[nodiscard]] std::int64_t End() const { return head + length; }
};

// How many revisions are wanted for one partition's updates.
struct RevisionRequest {
  int partition = 0;
  std::int64_t count = 0;
};

// They begin with `first`.
struct DrawnRevisions {
  std::uint64_t epoch = 0;  // of the partition, when they were drawn
  std::int64_t first = 0;
};

// What the server at the other end is and can do.
struct ServerFacts {
  // Another value means another server, or another life of it: what the first one had,
  // this one may lack.
  std::string history_id;
  bool noeviction = true;     // it never throws entries away to make room
  bool fsync_always = false;  // whatever it answered is on its disk
  bool can_await_fsync = false;
  int replicas = 0;
};

struct QueueState {
  ServerFacts server;
  std::vector<PartitionState> partitions;  // one for each that there is now, in order
};

// Thread-compatible: one for each writer thread. Calls block. kUnavailable from any but
// Connect means that the connection is gone.
class PushQueue {
 public:
  virtual ~PushQueue() = default;

  // Connects if there is no connection; whether there was none. The number of partitions may
  // be another one then. kUnavailable: not now. kFailedPrecondition: never, as it is
  // configured otherwise; says what differs.
  [[nodiscard]] virtual absl::StatusOr<bool> Connect() = 0;
  [[nodiscard]] virtual bool IsConnected() const = 0;
  // Drops the connection, so that Connect makes sure anew that all is as it should be.
  virtual void Disconnect() = 0;

  // The rest needs a connection.

  // Also kUnavailable (REPARTITIONING) if the number of partitions is being changed, or is
  // another one than on connecting. It is changed in such an order that whoever reads a
  // state, and goes on with it, hears of any change later than that by other epochs.
  [[nodiscard]] virtual absl::StatusOr<QueueState> ReadState() = 0;

  // Appends the entries of each partition, all or none of a partition's, and tells where
  // the partition stood then. One result for each push, in order; kResourceExhausted means
  // that the queue is full and none of them was appended.
  // kUnavailable as a whole: it is unknown which were appended, and pushing them again
  // (newly stamped) after Connect() is right.
  [[nodiscard]] virtual absl::StatusOr<std::vector<absl::StatusOr<PartitionState>>> Push(
      std::span<const PartitionPush> pushes) = 0;

  // For each request so many consecutive revisions, larger than any that were given out for
  // the partition before, by whomever and before whatever failover. If the epoch is not the
  // one that is known, they are not to be used: the partition's comments may be in others by
  // now, where larger ones have been given out.
  [[nodiscard]] virtual absl::StatusOr<std::vector<DrawnRevisions>> DrawRevisions(
      std::span<const RevisionRequest> requests) = 0;

  // Waits until all that this connection pushed is on the disk of the server; false if it
  // is not after `timeout`. Requires can_await_fsync.
  [[nodiscard]] virtual absl::StatusOr<bool> AwaitFsync(std::chrono::milliseconds timeout) = 0;
  // As above, on at least `wanted` replicas: how many have it.
  [[nodiscard]] virtual absl::StatusOr<std::int64_t> AwaitReplicas(
      int wanted, std::chrono::milliseconds timeout) = 0;
};

}  // namespace inkwell::queue
