#include "services/flusher/schedule/schedule.h"

#include <fmt/format.h>

#include <algorithm>

#include "absl/time/time.h"
#include "common/base/errors.h"

namespace inkwell::flusher {
namespace {

constexpr std::string_view kEvery = "@every ";
constexpr absl::Duration kShortest = absl::Milliseconds(10);
constexpr absl::Duration kLongest = absl::Hours(24);

absl::StatusOr<std::chrono::microseconds> ParseEvery(std::string_view text) {
  absl::Duration duration;
  if (!absl::ParseDuration(std::string(text), &duration)) {
    return absl::InvalidArgumentError(
        fmt::format("\"{}\" is no duration; 500ms, 1s or 1m30s would be", text));
  }
  if (duration < kShortest || duration > kLongest) {
    return absl::InvalidArgumentError(fmt::format("{} is out of range; 10ms to 24h", text));
  }
  return absl::ToChronoMicroseconds(duration);
}

absl::Status Explain(const absl::Status& status, std::string_view text) {
  return Annotate(status, fmt::format("schedule \"{}\"", text));
}

}  // namespace

absl::StatusOr<Schedule> Schedule::Parse(std::string_view text) {
  if (text.substr(0, kEvery.size()) == kEvery) {
    auto every = ParseEvery(text.substr(kEvery.size()));
    if (!every.ok()) return Explain(every.status(), text);
    return Schedule(text, *every);
  }
  if (text.substr(0, 1) == "@") {
    return Explain(
        absl::InvalidArgumentError(
            "no such schedule; \"@every 1s\" or five cron fields (\"* * * * *\") would be right"),
        text);
  }
  auto cron = Cron::Parse(text);
  if (!cron.ok()) return Explain(cron.status(), text);
  return Schedule(text, *cron);
}

WallTime Schedule::Next(WallTime last_start, WallTime now) const {
  const WallTime last = std::min(last_start, now);
  const auto* every = std::get_if<Every>(&rule_);
  const WallTime due = every != nullptr ? last + *every : std::get<Cron>(rule_).Next(last);
  return std::max(due, now);
}

}  // namespace inkwell::flusher
