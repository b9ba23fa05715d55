// The result of a run, for people and for programs. Pure functions.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "tests/load/tally.h"

namespace inkwell::load {

struct Result {
  Totals totals;
  std::chrono::duration<double> elapsed{0};  // from the first send to the last answer
  bool open_loop = false;
};

// "1,234,567".
[[nodiscard]] std::string Grouped(std::int64_t number);

// "3 UNAVAILABLE: redis is away".
[[nodiscard]] std::string Describe(absl::StatusCode code, const Failure& failure);

// Acknowledged comments per second.
[[nodiscard]] double RateOf(const Result& result);

// Lines of label and value; ends with a newline.
[[nodiscard]] std::string TextReport(const Result& result);

// One JSON object: sent, acknowledged, retried, failed (by code: count, sample),
// elapsed_seconds, rate_per_second, latency_ms (p50, p90, p99, p99_9, max), and in
// an open loop behind_ms_max. Ends with a newline.
[[nodiscard]] std::string JsonReport(const Result& result);

}  // namespace inkwell::load
