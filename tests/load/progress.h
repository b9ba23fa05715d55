// Tells on standard error how far a run is, from a thread of its own.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <thread>

#include "common/base/clock.h"
#include "tests/load/options.h"
#include "tests/load/tally.h"

namespace inkwell::load {

// A bar that is drawn over itself several times a second, or a line every few
// seconds. It stops, and leaves the bar as it last was, when destroyed.
class Progress {
 public:
  struct Options {
    ProgressStyle style = ProgressStyle::kAuto;
    std::optional<std::int64_t> total;      // comments
    std::chrono::milliseconds duration{0};  // of the run; 0: no bound
  };

  // `tally` must outlive it.
  Progress(const Options& options, const Tally* tally);

 private:
  void Run(const std::stop_token& stop);
  // Of 0 to 1; nullopt if the run has no known end.
  [[nodiscard]] std::optional<double> FractionDone(std::int64_t settled,
                                                   std::chrono::duration<double> elapsed) const;
  void Show(bool bar) const;

  const Options options_;
  const Tally* const tally_;
  const SteadyTime start_;
  std::jthread thread_;
};

}  // namespace inkwell::load
