// Lists, replays and discards the changes that could not be applied.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/flusher/operator/dead_letter_metrics.h"
#include "services/flusher/store/outcome_counts.h"
#include "services/flusher/store/store.h"

namespace inkwell::flusher {

inline constexpr int kDefaultPageSize = 100;
inline constexpr int kMaxPageSize = 1000;
// A page ends early at this, since gRPC clients take 4 MiB unless told otherwise.
inline constexpr std::size_t kMaxPageBytes = 2 << 20;
inline constexpr std::size_t kMaxDeadLetterIds = 1000;

struct DeadLetterPage {
  std::vector<StoredDeadLetter> letters;  // oldest first
  std::string next_page_token;            // empty: this is the last page
};

struct ReplayResult {
  // What became of the letters; `dead` are those that died again, and stay.
  OutcomeCounts outcomes;
  // Those that are no dead letters (any more), in order.
  std::vector<std::int64_t> missing_ids;
};

// Whether a replay is for good, or each letter's is rolled back.
enum class ReplayMode { kApply, kDryRun };

// Not thread-safe. Calls block. kInvalidArgument names the request's bad field;
// kUnavailable: the database is in trouble.
class DeadLetterOffice {
 public:
  // Asked between two letters.
  using KeepGoing = std::function<bool()>;

  // Both outlive the office.
  DeadLetterOffice(Store& store, DeadLetterMetrics& metrics) : store_(store), metrics_(metrics) {}

  // `page_size` is 0 (kDefaultPageSize) to kMaxPageSize; `page_token` is empty, or the
  // next_page_token of another page.
  [[nodiscard]] absl::StatusOr<DeadLetterPage> List(int page_size, std::string_view page_token);

  // Applies the letters as if they came from the queue just now, oldest first and each in a
  // transaction of its own, so that one that dies again keeps none of the others back.
  // Revisions decide, so none overwrites anything newer. Also while flushing is paused. A
  // create takes back the edits that wait for it, as in a flush: if their ids are given
  // too, they count as missing.
  //
  // After an error, those before it have been applied: asking again is right. kCancelled
  // if `keep_going` said no.
  [[nodiscard]] absl::StatusOr<ReplayResult> Replay(std::vector<std::int64_t> dead_letter_ids,
                                                    ReplayMode mode, const KeepGoing& keep_going);

  // Throws letters away for good, and returns how many there were.
  [[nodiscard]] absl::StatusOr<std::int64_t> Discard(
      const std::vector<std::int64_t>& dead_letter_ids);

 private:
  absl::Status ReplayOne(std::int64_t dead_letter_id, ReplayMode mode, ReplayResult& result);

  Store& store_;
  DeadLetterMetrics& metrics_;
};

}  // namespace inkwell::flusher
