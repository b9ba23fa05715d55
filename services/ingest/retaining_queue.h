// Pushes changes so that losing Redis does not lose them: what was pushed is retained
// until Postgres has it, and pushed again, before anything new, whenever the server at the
// other end may lack it.
//
// The number of partitions may be another one after connecting. Then all that is retained is
// pushed again too, to where it belongs now: also if its old list still has it, which is
// harmless.
//
// When is history lost? When the server is another one or another life of it (history_id),
// when a partition's epoch is gone or another, or when fewer entries were ever appended to
// it than we know of. Any such sign, in an answer to a push or when looking at an idle
// queue, makes us drop the connection; Open then connects and pushes everything again.
//
// What if we die …
//   before everything was pushed again   the rest is lost with us: two failures at once,
//                                        of Redis and of the ingest, are beyond ENQUEUED
// What if Redis dies meanwhile           Open starts over; entries that were pushed twice
//                                        are harmless, because applying a change is
//                                        idempotent
//
// Not thread-safe: the writer thread's.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/queue/change_codec.h"
#include "common/queue/push_queue.h"
#include "common/server/repeated_warning.h"
#include "services/ingest/group_commit.h"
#include "services/ingest/retained_window.h"

namespace inkwell::ingest {

class RetainingQueue {
 public:
  // `partitions` is how many there are until Open says otherwise; `retain_bytes` bounds the
  // window.
  RetainingQueue(std::unique_ptr<queue::PushQueue> queue, int partitions,
                 std::int64_t retain_bytes);

  // Connects, if need be, and pushes again what the server may lack. kUnavailable: not now.
  // kFailedPrecondition: never. kResourceExhausted: the server has no room for it.
  [[nodiscard]] absl::Status Open();

  // Whether there is a connection to a server that has all of the window.
  [[nodiscard]] bool IsOpen() const { return placed_ && queue_->IsConnected(); }

  // Looks where the partitions stand, which tells what is persisted. Requires Open.
  [[nodiscard]] absl::Status Look();

  // Sends the entries to their partitions, also those that were found when there was another
  // number of them. Gives revisions to updates that lack one, pushes the entries, and retains
  // those that were taken, whose text is moved out. One status for each entry. After kUnavailable
  // as a whole it is unknown which were taken; the entries are still there, to be pushed again.
  // Requires Open.
  [[nodiscard]] absl::StatusOr<std::vector<absl::Status>> Push(
      std::vector<PartitionedEntry>& entries);

  // How many there are.
  [[nodiscard]] int partitions() const { return static_cast<int>(partitions_.size()); }
  [[nodiscard]] queue::PushQueue& queue() { return *queue_; }
  [[nodiscard]] RetainedWindow& window() { return window_; }
  // As of the last answer. Length of a partition's list, ours and others'; 0 if there is no
  // such partition.
  [[nodiscard]] std::int64_t LengthOf(int partition) const {
    return partition < partitions() ? partitions_[static_cast<std::size_t>(partition)].length : 0;
  }
  [[nodiscard]] const queue::ServerFacts& server() const { return server_; }
  // Changes pushed again, and how often history was lost, ever.
  [[nodiscard]] std::int64_t pushed_again() const { return pushed_again_; }
  [[nodiscard]] std::int64_t histories_lost() const { return histories_lost_; }

 private:
  [[nodiscard]] absl::Status Meet(const queue::QueueState& state);
  void Repartition(std::size_t partitions);
  [[nodiscard]] absl::Status PushAgain();
  [[nodiscard]] absl::Status PushAgain(int partition);
  void Redirect(std::vector<PartitionedEntry>& entries) const;
  [[nodiscard]] absl::Status GiveRevisions(std::vector<PartitionedEntry>& entries);
  // Whether `state`, in which `appended` entries are ours and new, can follow what we know.
  [[nodiscard]] bool Follows(int partition, const queue::PartitionState& state,
                             std::int64_t appended) const;
  void Learn(int partition, const queue::PartitionState& state);
  void ForgetHistory();
  // What to tell of it: kUnavailable (HISTORY_LOST).
  [[nodiscard]] absl::Status LoseHistory();

  const std::unique_ptr<queue::PushQueue> queue_;
  RetainedWindow window_;
  queue::PushIds push_ids_;
  queue::ServerFacts server_;
  std::vector<queue::PartitionState> partitions_;  // as last seen
  // Whether the window's positions are of the server that we are connected to.
  bool placed_ = false;
  bool lost_ = false;  // history, and not all is pushed again yet
  RepeatedWarning repushes_;
  std::int64_t pushed_again_ = 0;
  std::int64_t histories_lost_ = 0;
};

}  // namespace inkwell::ingest
