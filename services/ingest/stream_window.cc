#include "services/ingest/stream_window.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace inkwell::ingest {

StreamWindow::Step StreamWindow::Next() {
  if (finished_) return {};
  // Also of a client that is gone: gRPC fails a write that it can't do.
  if (!writing_ && gone_) {
    finished_ = true;
    return {Step::Kind::kFinish, {}, absl::CancelledError("the client is gone")};
  }
  if (gone_) return {};
  if (!writing_ && !known_.empty()) return Write();
  if (end_ && changes_ == 0) {
    finished_ = true;
    return {Step::Kind::kFinish, {}, *end_};
  }
  if (!end_ && !reading_ && HasRoom()) {
    reading_ = true;
    return {Step::Kind::kRead, {}, {}};
  }
  return {};
}

StreamWindow::Step StreamWindow::Write() {
  Step step;
  step.kind = Step::Kind::kWrite;
  const auto end =
      known_.begin() + static_cast<std::ptrdiff_t>(std::min(known_.size(), limits_.max_results));
  step.results.assign(std::make_move_iterator(known_.begin()), std::make_move_iterator(end));
  known_.erase(known_.begin(), end);
  writing_ = true;
  written_changes_ = static_cast<std::int64_t>(step.results.size());
  written_bytes_ = 0;
  for (const auto& result : step.results) written_bytes_ += result.bytes;
  return step;
}

bool StreamWindow::HasRoom() const {
  return changes_ < limits_.max_changes && bytes_ < limits_.max_bytes;
}

bool StreamWindow::Take(std::int64_t changes, std::int64_t bytes) {
  if (end_ || gone_) return false;
  changes_ += changes;
  bytes_ += bytes;
  return true;
}

void StreamWindow::OnKnown(std::vector<StreamedResult> results) {
  if (gone_) return;
  known_.insert(known_.end(), std::make_move_iterator(results.begin()),
                std::make_move_iterator(results.end()));
}

void StreamWindow::OnWritten() {
  writing_ = false;
  changes_ -= written_changes_;
  bytes_ -= written_bytes_;
}

void StreamWindow::EndReads(const absl::Status& status) {
  if (!end_) end_ = status;
}

}  // namespace inkwell::ingest
