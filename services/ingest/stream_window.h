// What one stream of changes has read and not yet answered, and what to do next about it:
// read, write, or finish.
//
// A change is outstanding from being read until its result is written. While too many are,
// nothing more is read: so a client that doesn't read its results is stopped by HTTP/2's
// flow control, and costs this server no more than the limits.
//
// Bookkeeping alone: no locks, no I/O. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "common/base/clock.h"
#include "common/base/uuid.h"

namespace inkwell::ingest {

// What became of one change of a stream.
struct StreamedResult {
  std::int64_t tag = 0;
  std::optional<Uuid> comment_id;  // unless it was refused before it had one
  absl::Status status;
  WallTime accept_time;
  std::int64_t bytes = 0;  // of the change, which count as long as it is outstanding
};

class StreamWindow {
 public:
  struct Limits {
    // Outstanding; the message that passes a limit is still taken, and is the last.
    std::int64_t max_changes = 8000;
    std::int64_t max_bytes = 8 << 20;
    // In a written message. An error's text is about 1 KiB at most, so that they fit the
    // 4 MiB which a gRPC client takes unless told otherwise.
    std::size_t max_results = 1000;
  };

  struct Step {
    enum class Kind { kNothing, kRead, kWrite, kFinish };
    Kind kind = Kind::kNothing;
    std::vector<StreamedResult> results;  // to write
    absl::Status status;                  // to finish with
  };

  explicit StreamWindow(const Limits& limits) : limits_(limits) {}

  // What to do now. A read counts as under way until OnReadDone, a write until OnWritten; of
  // each there is one at a time. kFinish comes once, with no write under way, and is the
  // last.
  [[nodiscard]] Step Next();

  // A message was read whose changes are now outstanding. False if the stream is ending:
  // they are not then, and get no result.
  [[nodiscard]] bool Take(std::int64_t changes, std::int64_t bytes);
  // The read is over, and what it brought was taken.
  void OnReadDone() { reading_ = false; }

  // Results of outstanding changes are known.
  void OnKnown(std::vector<StreamedResult> results);
  void OnWritten();

  // Nothing more is read, and the stream finishes with `status` when all that is outstanding
  // was answered. The first status counts.
  void EndReads(const absl::Status& status);
  // The client is gone: nothing more is read or written.
  void Abandon() { gone_ = true; }

 private:
  [[nodiscard]] bool HasRoom() const;
  [[nodiscard]] Step Write();

  const Limits limits_;
  std::int64_t changes_ = 0;  // outstanding
  std::int64_t bytes_ = 0;
  std::deque<StreamedResult> known_;
  std::int64_t written_changes_ = 0;  // by the write under way
  std::int64_t written_bytes_ = 0;
  bool reading_ = false;
  bool writing_ = false;
  bool gone_ = false;
  bool finished_ = false;
  std::optional<absl::Status> end_;
};

}  // namespace inkwell::ingest
