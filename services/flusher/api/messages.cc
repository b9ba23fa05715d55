#include "services/flusher/api/messages.h"

#include <utility>

#include "common/base/proto_time.h"

namespace inkwell::flusher {

void SetCounts(const OutcomeCounts& outcomes, v1::FlushCounts& counts) {
  counts.set_inserted(outcomes.inserted);
  counts.set_updated(outcomes.updated);
  counts.set_deleted(outcomes.deleted);
  counts.set_conflated(outcomes.conflated);
  counts.set_duplicate(outcomes.duplicate);
  counts.set_stale(outcomes.stale);
  counts.set_dead(outcomes.dead);
}

void SetFlush(const FlushSummary& summary, v1::FlushResponse& response) {
  SetCounts(summary.outcomes, *response.mutable_counts());
  response.set_batches(summary.batches);
  *response.mutable_duration() = ToProtoDuration(summary.duration);
}

void SetBacklog(const Backlog& backlog, v1::GetStatusResponse& response) {
  for (const auto& partition : backlog.partitions) {
    auto& added = *response.add_partitions();
    added.set_partition(response.partitions_size() - 1);
    added.set_pending(partition.pending);
    *added.mutable_lag() = ToProtoDuration(partition.lag);
  }
  response.set_pending(backlog.pending);
  *response.mutable_lag() = ToProtoDuration(backlog.lag);
  SetCounts(backlog.books, *response.mutable_books());
  response.set_appended(backlog.appended);
  response.set_paused(backlog.pause.has_value());
  if (backlog.pause) {
    response.set_pause_reason(backlog.pause->reason);
    *response.mutable_pause_time() = ToTimestamp(backlog.pause->since);
  }
}

void SetFlushStatus(const FlushStatus& status, v1::GetStatusResponse& response) {
  SetCounts(status.totals, *response.mutable_totals());
  response.set_flushing(status.flushing);
  if (status.next_run_time) {
    *response.mutable_next_run_time() = ToTimestamp(*status.next_run_time);
  }
  if (status.last_flush) {
    auto& last = *response.mutable_last_flush();
    *last.mutable_start_time() = ToTimestamp(status.last_flush->start_time);
    *last.mutable_duration() = ToProtoDuration(status.last_flush->duration);
    SetCounts(status.last_flush->outcomes, *last.mutable_counts());
    last.set_batches(status.last_flush->batches);
  }
}

void SetPage(DeadLetterPage page, v1::ListDeadLettersResponse& response) {
  for (auto& letter : page.letters) {
    auto& added = *response.add_dead_letters();
    added.set_dead_letter_id(letter.dead_letter_id);
    added.set_partition(letter.partition);
    added.set_change(std::move(letter.entry));
    if (letter.comment_id) added.set_comment_id(letter.comment_id->ToText());
    added.set_reason(std::move(letter.reason));
    added.set_sqlstate(std::move(letter.sqlstate));
    added.set_detail(std::move(letter.detail));
    *added.mutable_create_time() = ToTimestamp(letter.create_time);
  }
  response.set_next_page_token(std::move(page.next_page_token));
}

void SetReplay(const ReplayResult& result, v1::ReplayDeadLettersResponse& response) {
  SetCounts(result.outcomes, *response.mutable_counts());
  response.mutable_missing_ids()->Add(result.missing_ids.begin(), result.missing_ids.end());
}

}  // namespace inkwell::flusher
