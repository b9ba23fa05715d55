// How a namespace's changes are spread over lists, as its config in Redis says.
//
// The number of partitions can be changed while services run: services/flusher/repartition
// does that, and says why nothing is lost.
#pragma once

#include <optional>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/mutex.h"
#include "common/redis/connection.h"

namespace inkwell::queue {

struct Layout {
  // A change is pushed to the list of its partition, which is one of so many.
  int partitions = 0;
  // Lists 0 to lists - 1 are drained: as many as there ever were partitions, for an ingest
  // that was stopped for a while may still push to a list that is no partition any more.
  int lists = 0;
  // Set while the number of partitions is being changed: what it becomes. Ingests wait then.
  std::optional<int> repartition_to;
  friend bool operator==(const Layout&, const Layout&) = default;
};

// What is stored; nullopt: nothing. kFailedPrecondition: what is stored makes no sense.
// kUnavailable: the connection is in trouble.
[[nodiscard]] absl::StatusOr<std::optional<Layout>> ReadLayout(redis::Connection& connection,
                                                               std::string_view config_key);

// Ingests must wait, or connect anew, because of this layout: kUnavailable, with
// kRepartitioning as its reason, and how to end it should nobody be at it any more.
inline constexpr std::string_view kRepartitioning = "REPARTITIONING";
[[nodiscard]] absl::Status Repartitioning(const Layout& layout);

// The layout that a process works by, for all of its connections: unset until the first one
// has found it to be what the process was started with. From then on the process follows
// what is stored. Thread-safe.
class KnownLayout {
 public:
  [[nodiscard]] std::optional<Layout> Get() const;
  // What is to be worked by from now on: what is stored, but never with fewer lists than were
  // known. A Redis that failed over may have forgotten lists that still hold changes.
  Layout Learn(const Layout& stored);

 private:
  mutable Mutex mutex_;
  std::optional<Layout> layout_ INK_GUARDED_BY(mutex_);
};

}  // namespace inkwell::queue
