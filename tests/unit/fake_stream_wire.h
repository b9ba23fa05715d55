// A StreamChanges client and its connection in memory, for tests of ChangeStream. Like gRPC
// it reports to the stream on threads of its own.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "common/base/mutex.h"
#include "services/ingest/change_stream.h"

namespace inkwell::testing {

// Thread-safe. The stream must have ended, or never begun, before it is destroyed.
class FakeStreamWire final : public ingest::StreamWire {
 public:
  // Begins on `stream`, whose wire this is.
  void Begin(std::shared_ptr<ingest::ChangeStream> stream);

  void Send(v1::StreamChangesRequest request);
  void HalfClose();
  // Results stay unread until ReadOn, and so does what comes after them.
  void StopReading();
  void ReadOn();
  // Is gone from now on.
  void Leave();

  // How the stream ended; kDeadlineExceeded if it does not.
  [[nodiscard]] absl::Status AwaitEnd();
  [[nodiscard]] std::size_t unsent() const;
  // By their tags.
  [[nodiscard]] std::multimap<std::int64_t, v1::ChangeResult> results() const;
  // Messages that they came in.
  [[nodiscard]] int writes() const;

 private:
  void Read() override;
  void Write(const v1::StreamChangesResponse& response) override;
  void End(const absl::Status& status) override;

  void CarryRequests(const std::stop_token& stop);
  void CarryResponses(const std::stop_token& stop);
  [[nodiscard]] bool CanRead() const INK_REQUIRES(mutex_);

  // Calls of the stream. Unguarded, so that ThreadSanitizer tells if two come at a time.
  int calls_ = 0;
  mutable Mutex mutex_;
  CondVar changed_;
  std::deque<v1::StreamChangesRequest> requests_ INK_GUARDED_BY(mutex_);
  bool half_closed_ INK_GUARDED_BY(mutex_) = false;
  bool stopped_reading_ INK_GUARDED_BY(mutex_) = false;
  bool gone_ INK_GUARDED_BY(mutex_) = false;
  bool read_wanted_ INK_GUARDED_BY(mutex_) = false;
  const v1::StreamChangesResponse* written_ INK_GUARDED_BY(mutex_) = nullptr;
  int writes_ INK_GUARDED_BY(mutex_) = 0;
  std::multimap<std::int64_t, v1::ChangeResult> results_ INK_GUARDED_BY(mutex_);
  std::optional<absl::Status> end_ INK_GUARDED_BY(mutex_);
  std::shared_ptr<ingest::ChangeStream> stream_;
  std::vector<std::jthread> threads_;
};

}  // namespace inkwell::testing
