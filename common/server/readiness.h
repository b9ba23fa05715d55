// What a service needs to do its work, and whether it has it. /readyz and gRPC health tell
// the same, since both ask here.
#pragma once

#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "common/base/mutex.h"

namespace inkwell {

// Thread-safe.
class Readiness {
 public:
  // Called one at a time, in order, under this object's lock: must not block, nor call back.
  using OnChange = std::function<void(bool ready)>;

  // Each need's status, to begin with. Its place among them is its number. The messages are
  // shown to whoever asks /readyz.
  explicit Readiness(std::vector<absl::Status> needs) : needs_(std::move(needs)) {}

  void Set(std::size_t need, const absl::Status& status) INK_EXCLUDES(mutex_);
  // From now on it is not ready, whatever its needs.
  void ShutDown() INK_EXCLUDES(mutex_);

  // OK, or what is missing.
  [[nodiscard]] absl::Status status() const INK_EXCLUDES(mutex_);

  // Tells at once, and from now on at each change. There is one that is told.
  void Tell(OnChange on_change) INK_EXCLUDES(mutex_);

 private:
  [[nodiscard]] absl::Status Current() const INK_REQUIRES(mutex_);
  void TellIfChanged() INK_REQUIRES(mutex_);

  mutable Mutex mutex_;
  std::vector<absl::Status> needs_ INK_GUARDED_BY(mutex_);
  bool shutting_down_ INK_GUARDED_BY(mutex_) = false;
  bool told_ready_ INK_GUARDED_BY(mutex_) = false;
  OnChange on_change_ INK_GUARDED_BY(mutex_);
};

}  // namespace inkwell
