#include "tests/load/progress.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>

#include "common/base/sleep.h"
#include "tests/load/report.h"

namespace inkwell::load {
namespace {

constexpr int kBarCells = 30;
constexpr std::chrono::milliseconds kBarPeriod{100};
constexpr std::chrono::milliseconds kLinePeriod{5000};

std::string Bar(double fraction) {
  const auto filled = static_cast<std::size_t>(fraction * kBarCells);
  return fmt::format("[{}{}] {:>3}%  ", std::string(filled, '#'),
                     std::string(kBarCells - filled, '.'), static_cast<int>(fraction * 100));
}

}  // namespace

Progress::Progress(const Options& options, const Tally* tally)
    : options_(options), tally_(tally), start_(std::chrono::steady_clock::now()) {
  if (options_.style == ProgressStyle::kNone) return;
  thread_ = std::jthread([this](const std::stop_token& stop) { Run(stop); });
}

void Progress::Run(const std::stop_token& stop) {
  const bool bar = options_.style == ProgressStyle::kBar ||
                   (options_.style == ProgressStyle::kAuto && isatty(STDERR_FILENO) == 1);
  while (SleepFor(stop, bar ? kBarPeriod : kLinePeriod)) Show(bar);
  if (bar) {
    Show(bar);
    fmt::print(stderr, "\n");
  }
}

std::optional<double> Progress::FractionDone(std::int64_t settled,
                                             std::chrono::duration<double> elapsed) const {
  double fraction = -1;
  if (options_.total) {
    fraction = static_cast<double>(settled) / static_cast<double>(*options_.total);
  }
  if (options_.duration.count() > 0) fraction = std::max(fraction, elapsed / options_.duration);
  if (fraction < 0) return std::nullopt;
  return std::min(fraction, 1.0);
}

void Progress::Show(bool bar) const {
  const Totals totals = tally_->Snapshot();
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start_;
  std::int64_t failed = 0;
  for (const auto& [code, failure] : totals.failed) failed += failure.count;
  const auto fraction = FractionDone(totals.acknowledged + failed, elapsed);

  std::string line = fraction ? Bar(*fraction) : "";
  line += fmt::format("{} acknowledged  {}/s", Grouped(totals.acknowledged),
                      Grouped(static_cast<std::int64_t>(static_cast<double>(totals.acknowledged) /
                                                        elapsed.count())));
  if (failed > 0) line += fmt::format("  {} failed", Grouped(failed));
  // The bar goes over its last self: back to the line's start, and clear what a longer one left.
  fmt::print(stderr, "{}{}{}", bar ? "\r" : "", line, bar ? "\033[K" : "\n");
  std::fflush(stderr);
}

}  // namespace inkwell::load
