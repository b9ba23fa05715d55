#include "tests/load/report.h"

#include <fmt/core.h>

#include <array>
#include <nlohmann/json.hpp>

namespace inkwell::load {
namespace {

struct Point {
  const char* label;
  const char* key;
  double percent;
};
constexpr std::array<Point, 5> kPoints{{{"p50", "p50", 50},
                                        {"p90", "p90", 90},
                                        {"p99", "p99", 99},
                                        {"p99.9", "p99_9", 99.9},
                                        {"max", "max", 100}}};

double Milliseconds(std::chrono::nanoseconds value) {
  return std::chrono::duration<double, std::milli>(value).count();
}

std::string NameOf(absl::StatusCode code) {
  const std::string name = absl::StatusCodeToString(code);
  return name.empty() ? fmt::format("CODE_{}", static_cast<int>(code)) : name;
}

}  // namespace

std::string Grouped(std::int64_t number) {
  std::string text = fmt::format("{}", number);
  const std::size_t sign = number < 0 ? 1 : 0;
  for (std::size_t at = text.size(); at > sign + 3;) text.insert(at -= 3, 1, ',');
  return text;
}

std::string Describe(absl::StatusCode code, const Failure& failure) {
  return fmt::format("{} {}: {}", Grouped(failure.count), NameOf(code), failure.sample);
}

double RateOf(const Result& result) {
  const double seconds = result.elapsed.count();
  return seconds > 0 ? static_cast<double>(result.totals.acknowledged) / seconds : 0;
}

std::string TextReport(const Result& result) {
  const Totals& totals = result.totals;
  std::string text = fmt::format("sent          {:>12}\nacknowledged  {:>12}\n",
                                 Grouped(totals.sent), Grouped(totals.acknowledged));
  if (totals.retried > 0) text += fmt::format("retried       {:>12}\n", Grouped(totals.retried));
  for (const auto& [code, failure] : totals.failed) {
    text += fmt::format("failed        {:>12}  {}: {}\n", Grouped(failure.count), NameOf(code),
                        failure.sample);
  }
  text += fmt::format("elapsed       {:>12.2f}  s\nrate          {:>12}  /s\n",
                      result.elapsed.count(), Grouped(static_cast<std::int64_t>(RateOf(result))));
  for (const Point& point : kPoints) {
    if (totals.latency.Count() == 0) break;
    text += fmt::format("latency {:<5} {:>12.3f}  ms\n", point.label,
                        Milliseconds(totals.latency.Percentile(point.percent)));
  }
  if (result.open_loop) {
    text += fmt::format("behind, max   {:>12.3f}  ms\n", Milliseconds(totals.behind_max));
  }
  return text;
}

std::string JsonReport(const Result& result) {
  using Json = nlohmann::ordered_json;
  const Totals& totals = result.totals;
  Json failed = Json::object();
  for (const auto& [code, failure] : totals.failed) {
    failed[NameOf(code)] = {{"count", failure.count}, {"sample", failure.sample}};
  }
  Json latency_ms = Json::object();
  for (const Point& point : kPoints) {
    latency_ms[point.key] = Milliseconds(totals.latency.Percentile(point.percent));
  }
  Json report = {{"sent", totals.sent},
                 {"acknowledged", totals.acknowledged},
                 {"retried", totals.retried},
                 {"failed", failed},
                 {"elapsed_seconds", result.elapsed.count()},
                 {"rate_per_second", RateOf(result)},
                 {"latency_ms", latency_ms}};
  if (result.open_loop) report["behind_ms_max"] = Milliseconds(totals.behind_max);
  // A server's message may be anything; it must not cost the report.
  return report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace inkwell::load
