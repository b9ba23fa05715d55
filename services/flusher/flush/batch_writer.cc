#include "services/flusher/flush/batch_writer.h"

#include <fmt/core.h>

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/errors.h"
#include "common/server/repeated_warning.h"
#include "services/flusher/flush/fold.h"
#include "services/flusher/store/sqlstate.h"

namespace inkwell::flusher {
namespace {

DeadLetter Refused(int partition, const DecodedChange& change, const absl::Status& refusal) {
  return {partition,         change.entry,        change.comment_id,
          ReasonOf(refusal), SqlstateOf(refusal), std::string(refusal.message())};
}

// Once a second at most for all batches: a writer gone wrong may spoil every one of them.
void Warn(int partition, const std::vector<DeadLetter>& letters) {
  static RepeatedWarning warnings;
  warnings.Report(fmt::format(
      "partition {}: {} entries can't be written and become dead letters; one is {}: {}", partition,
      letters.size(), letters.front().reason, letters.front().detail));
}

}  // namespace

absl::StatusOr<OutcomeCounts> BatchWriter::Write(DecodedBatch batch) {
  OutcomeCounts outcomes;
  dead_letters_ = std::move(batch.dead_letters);
  outcomes.dead = static_cast<std::int64_t>(dead_letters_.size());
  if (auto status = WriteAll(std::move(batch.changes), outcomes); !status.ok()) return status;
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

absl::Status BatchWriter::WriteAll(std::vector<DecodedChange> changes, OutcomeCounts& outcomes) {
  if (folding_ == Folding::kOn) return WriteFolded(std::move(changes), outcomes);
  for (const auto& change : changes) {
    if (auto status = WriteFolded({change}, outcomes); !status.ok()) return status;
  }
  return absl::OkStatus();
}

// While the database writes, which takes longest, only the rows are kept: decoded changes take
// a fifth of a batch's memory, and are needed again only in the rare case of a refusal.
absl::Status BatchWriter::WriteFolded(std::vector<DecodedChange> changes, OutcomeCounts& outcomes) {
  if (changes.empty()) return absl::OkStatus();
  const FoldedChanges folded = Fold(partition_, changes);
  std::vector<std::string_view> entries;
  entries.reserve(changes.size());
  for (const auto& change : changes) entries.push_back(change.entry);
  changes = {};
  const auto written = transaction_.Write(folded.writes);
  if (absl::IsInvalidArgument(written.status())) {
    return Bisect(Decode(partition_, entries).changes, written.status(), outcomes);
  }
  if (!written.ok()) return written.status();
  outcomes += folded.outcomes;
  outcomes += *written;
  return TakeBack(folded.writes);
}

absl::Status BatchWriter::Bisect(const std::vector<DecodedChange>& changes,
                                 const absl::Status& refusal, OutcomeCounts& outcomes) {
  if (changes.size() == 1) {
    dead_letters_.push_back(Refused(partition_, changes.front(), refusal));
    ++outcomes.dead;
    return absl::OkStatus();
  }
  const auto middle = changes.begin() + static_cast<std::ptrdiff_t>(changes.size() / 2);
  if (auto status = WriteFolded({changes.begin(), middle}, outcomes); !status.ok()) return status;
  return WriteFolded({middle, changes.end()}, outcomes);
}

absl::Status BatchWriter::TakeBack(const WriteSet& written) {
  if (written.creates.empty()) return absl::OkStatus();
  auto entries = transaction_.TakeBackDeadLetters(written);
  if (!entries.ok()) return entries.status();
  if (entries->empty()) return absl::OkStatus();
  const auto& kept = taken_back_.emplace_back(*std::move(entries));
  DecodedBatch batch = Decode(partition_, {kept.begin(), kept.end()});
  dead_letters_.insert(dead_letters_.end(), batch.dead_letters.begin(), batch.dead_letters.end());
  // They were counted when they died.
  OutcomeCounts counted_before;
  return WriteAll(std::move(batch.changes), counted_before);
}

}  // namespace inkwell::flusher
