#include "services/ingest/open_streams.h"

namespace inkwell::ingest {

void OpenStreams::Enter(const std::shared_ptr<ChangeStream>& stream) {
  bool stopped = false;
  {
    MutexLock lock(mutex_);
    streams_.insert(stream);
    stopped = stopped_;
  }
  if (stopped) stream->Stop();
}

void OpenStreams::Leave(const std::shared_ptr<ChangeStream>& stream) {
  MutexLock lock(mutex_);
  streams_.erase(stream);
}

void OpenStreams::Stop() {
  std::set<std::shared_ptr<ChangeStream>> streams;
  {
    MutexLock lock(mutex_);
    stopped_ = true;
    streams = streams_;
  }
  for (const auto& stream : streams) stream->Stop();
}

}  // namespace inkwell::ingest
