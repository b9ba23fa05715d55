// The flusher's values as FlusherService's messages. Pure functions, thread-safe.
#pragma once

#include <vector>

#include "inkwell/v1/flusher_service.pb.h"
#include "services/flusher/backlog/backlog.h"
#include "services/flusher/flush/flush_loop.h"
#include "services/flusher/operator/dead_letter_office.h"
#include "services/flusher/store/outcome_counts.h"

namespace inkwell::flusher {

void SetCounts(const OutcomeCounts& outcomes, v1::FlushCounts& counts);
void SetFlush(const FlushSummary& summary, v1::FlushResponse& response);
// Both together are a whole status.
void SetBacklog(const Backlog& backlog, v1::GetStatusResponse& response);
void SetFlushStatus(const FlushStatus& status, v1::GetStatusResponse& response);
void SetPage(DeadLetterPage page, v1::ListDeadLettersResponse& response);
void SetReplay(const ReplayResult& result, v1::ReplayDeadLettersResponse& response);

}  // namespace inkwell::flusher
