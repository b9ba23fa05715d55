#include "services/flusher/flush/batch_writer.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>
#include <variant>

#include "common/base/errors.h"
#include "common/server/repeated_warning.h"
#include "services/flusher/flush/decode.h"
#include "services/flusher/flush/fold.h"
#include "services/flusher/store/sqlstate.h"

namespace inkwell::flusher {
namespace {

// Of an entry that is a change: of another there is nothing that could be refused.
DeadLetter Refused(int partition, std::string_view entry, const absl::Status& refusal) {
  const auto decoded = Decode(partition, entry);
  return {partition,
          entry,
          std::get<DecodedChange>(decoded).comment_id,
          ReasonOf(refusal),
          SqlstateOf(refusal),
          std::string(refusal.message())};
}

// Once a second at most for all batches: a writer gone wrong may spoil every one of them.
void Warn(int partition, const std::vector<DeadLetter>& letters) {
  static RepeatedWarning warnings;
  warnings.Report(fmt::format(
      "partition {}: {} entries can't be written and become dead letters; one is {}: {}", partition,
      letters.size(), letters.front().reason, letters.front().detail));
}

}  // namespace

absl::StatusOr<OutcomeCounts> BatchWriter::Write(Entries entries) {
  OutcomeCounts outcomes;
  if (auto status = WriteAll(entries, outcomes); !status.ok()) return status;
  if (dead_letters_.empty()) return outcomes;
  Warn(partition_, dead_letters_);
  // Each has been counted where it was found.
  WriteSet letters;
  letters.partition = partition_;
  letters.dead_letters = std::move(dead_letters_);
  const auto written = transaction_.Write(letters);
  if (!written.ok()) return written.status();
  return outcomes;
}

absl::Status BatchWriter::WriteAll(Entries entries, OutcomeCounts& outcomes) {
  if (folding_ == Folding::kOn) return WriteFolded(entries, outcomes);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (auto status = WriteFolded(entries.subspan(i, 1), outcomes); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status BatchWriter::WriteFolded(Entries entries, OutcomeCounts& outcomes) {
  FoldedBatch folded = Fold(partition_, entries);
  if (!folded.writes.creates.empty() || !folded.writes.edits.empty()) {
    const auto written = transaction_.Write(folded.writes);
    // What is no change is found again in the halves.
    if (absl::IsInvalidArgument(written.status())) {
      return Bisect(entries, written.status(), outcomes);
    }
    if (!written.ok()) return written.status();
    outcomes += *written;
  }
  outcomes += folded.outcomes;
  outcomes.dead += static_cast<std::int64_t>(folded.dead_letters.size());
  std::move(folded.dead_letters.begin(), folded.dead_letters.end(),
            std::back_inserter(dead_letters_));
  return TakeBack(folded.writes);
}

absl::Status BatchWriter::Bisect(Entries entries, const absl::Status& refusal,
                                 OutcomeCounts& outcomes) {
  if (entries.size() == 1) {
    dead_letters_.push_back(Refused(partition_, entries.front(), refusal));
    ++outcomes.dead;
    return absl::OkStatus();
  }
  const std::size_t middle = entries.size() / 2;
  if (auto status = WriteFolded(entries.first(middle), outcomes); !status.ok()) return status;
  return WriteFolded(entries.subspan(middle), outcomes);
}

absl::Status BatchWriter::TakeBack(const WriteSet& written) {
  if (written.creates.empty()) return absl::OkStatus();
  auto taken = transaction_.TakeBackDeadLetters(written);
  if (!taken.ok()) return taken.status();
  if (taken->empty()) return absl::OkStatus();
  const auto& kept = taken_back_.emplace_back(*std::move(taken));
  const std::vector<std::string_view> entries(kept.begin(), kept.end());
  // They were counted when they died.
  OutcomeCounts counted_before;
  return WriteAll(entries, counted_before);
}

}  // namespace inkwell::flusher
