// How long to wait before trying again: exponential, with full-range jitter
// between half and the whole of the current delay, so that many clients of one
// server that came back don't return in step.
#pragma once

#include <chrono>

namespace inkwell {

// Not thread-safe; belongs to whoever retries.
class Backoff {
 public:
  using Duration = std::chrono::milliseconds;
  struct Options {
    Duration first{50};
    Duration most{2000};
    double factor = 2.0;
  };

  Backoff() : Backoff(Options{}) {}
  explicit Backoff(const Options& options) : options_(options), delay_(options.first) {}

  // The next delay: in [d/2, d], where d starts at `first` and grows by `factor`
  // with each call up to `most`.
  [[nodiscard]] Duration Next();
  // After a success: start over.
  void Reset() { delay_ = options_.first; }

 private:
  Options options_;
  Duration delay_;
};

}  // namespace inkwell
