// Says so when the TLS files change for the better or the worse: gRPC, which reads them again
// by itself, says nothing.
#pragma once

#include <prometheus/collectable.h>

#include <optional>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/clock.h"
#include "common/base/mutex.h"
#include "common/server/tls_files.h"

namespace inkwell {

// Thread-safe.
class TlsWatch final : public prometheus::Collectable {
 public:
  // Checks the files now and every files.reload_interval, as long as this lives, and logs what is
  // wrong with them, or until when they are valid, whenever that is something else than before.
  // Call it once; without TLS, needlessly.
  void Start(const TlsFiles& files);

  // Until when the last good files are valid, and whether the last ones were good. Nothing
  // without TLS.
  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override INK_EXCLUDES(mutex_);

 private:
  void Look(const TlsFiles& files) INK_EXCLUDES(mutex_);

  mutable Mutex mutex_;
  std::optional<absl::StatusOr<WallTime>> last_ INK_GUARDED_BY(mutex_);
  WallTime valid_until_ INK_GUARDED_BY(mutex_){};  // of the last good ones
  std::jthread thread_;
};

}  // namespace inkwell
