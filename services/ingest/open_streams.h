// The streams that are open, so that a server which shuts down can end them.
#pragma once

#include <memory>
#include <set>

#include "common/base/mutex.h"
#include "services/ingest/change_stream.h"

namespace inkwell::ingest {

// Thread-safe.
class OpenStreams {
 public:
  // After Stop the stream is stopped at once.
  void Enter(const std::shared_ptr<ChangeStream>& stream);
  void Leave(const std::shared_ptr<ChangeStream>& stream);
  // Stops all streams, those to come too.
  void Stop();

 private:
  Mutex mutex_;
  bool stopped_ INK_GUARDED_BY(mutex_) = false;
  std::set<std::shared_ptr<ChangeStream>> streams_ INK_GUARDED_BY(mutex_);
};

}  // namespace inkwell::ingest
