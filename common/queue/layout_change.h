// The steps by which the number of partitions is changed in Redis. Each is atomic, and may be
// done again. services/flusher/repartition does them in their order:
//
//   Mark         ingests that connect from now on wait
//   RenewEpochs  ingests that are connected take that for lost history: they push no more,
//                connect anew, and wait too
//   …            somebody drains the lists
//   Finish       ingests connect, spread what they retain over the new partitions, and go on
//
// On a cluster the config and each partition may be on different nodes, so no transaction
// spans two of these, and none has to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/queue/connect.h"

namespace inkwell::queue {

enum class Marked {
  kMarked,       // now, or it was before
  kNothingToDo,  // there are so many partitions already
  kTakenBack,    // there were, and a mark for another number is gone now
};

// The reason of an error: another change is under way.
inline constexpr std::string_view kOtherRepartitioning = "OTHER_REPARTITIONING";

// Thread-compatible. Calls block, and connect if need be; kUnavailable from any: try again.
class LayoutChange {
 public:
  // Whatever count the process was started with.
  explicit LayoutChange(const QueueOptions& options);

  // What is stored. kFailedPrecondition (NO_LAYOUT): nothing.
  [[nodiscard]] absl::StatusOr<Layout> Read();

  // Begins a change to `partitions`, or goes on with it: sees to it that there are so many
  // lists to be drained, and marks the change. kFailedPrecondition: nothing is stored
  // (NO_LAYOUT), or another change is under way (kOtherRepartitioning).
  [[nodiscard]] absl::StatusOr<Marked> Mark(int partitions);

  // Gives each list another epoch, and returns those that they had (0: none).
  //
  // Revisions go on where they are, but a comment may come to another partition, maybe on a
  // server whose clock is behind. So the first `partitions` lists give out only larger ones
  // than any list has until now. What is drawn later from a list that an ingest believes to be
  // its comment's is of the new epoch, and so not used.
  [[nodiscard]] absl::StatusOr<std::vector<std::uint64_t>> RenewEpochs(const Layout& layout);

  // Stores the new count and takes the mark away, in one. False: the mark for it was not there
  // (any more), and nothing was done.
  [[nodiscard]] absl::StatusOr<bool> Finish(int partitions);

 private:
  [[nodiscard]] absl::Status Connect();
  absl::Status Disconnect(absl::Status status);
  [[nodiscard]] absl::Status NothingStored() const;
  [[nodiscard]] absl::Status RaiseRevisions(int lists, std::int64_t least);

  const QueueOptions options_;
  const std::string config_key_;
  std::optional<redis::Connection> connection_;
};

}  // namespace inkwell::queue
