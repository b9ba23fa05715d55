#include "services/flusher/operator/dead_letter_metrics.h"

namespace inkwell::flusher {

DeadLetterMetrics::DeadLetterMetrics()
    : replays_(prometheus::BuildCounter()
                   .Name("inkwell_replayed_dead_letters_total")
                   .Help("Dead letters that were replayed through this flusher, by whether they "
                         "were applied or died again.")
                   .Register(registry_)),
      applied_(replays_.Add({{"result", "applied"}})),
      refused_(replays_.Add({{"result", "dead"}})),
      discarded_(prometheus::BuildCounter()
                     .Name("inkwell_discarded_dead_letters_total")
                     .Help("Dead letters that were thrown away through this flusher.")
                     .Register(registry_)
                     .Add({})) {}

void DeadLetterMetrics::Replayed() { applied_.Increment(); }
void DeadLetterMetrics::ReplayRefused() { refused_.Increment(); }
void DeadLetterMetrics::Discarded(std::int64_t count) {
  discarded_.Increment(static_cast<double>(count));
}

std::vector<prometheus::MetricFamily> DeadLetterMetrics::Collect() const {
  return registry_.Collect();
}

}  // namespace inkwell::flusher
