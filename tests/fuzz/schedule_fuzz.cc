// Any text is refused, or is a schedule whose next run comes, later, and at the same
// time whenever one asks.
//
// Input: the text of a schedule.
#include <array>
#include <chrono>
#include <string_view>

#include "services/flusher/schedule/schedule.h"
#include "tests/fuzz/require.h"

namespace inkwell::flusher {
namespace {

using std::chrono::microseconds;
using std::chrono::sys_days;
using namespace std::chrono_literals;

// Where calendars are crooked: before and at the epoch, a leap day, a century that has
// none, the end of a year.
const std::array<WallTime, 5> kTimes{
    sys_days(1969y / 12 / 31) + 23h + 59min + 59s,
    sys_days(1970y / 1 / 1),
    sys_days(2024y / 2 / 29) + 12h + 34min + 56s + 789ms,
    sys_days(2100y / 2 / 28) + 23h + 59min,
    sys_days(2026y / 12 / 31) + 24h - 1us,
};

WallTime Next(const Schedule& schedule, WallTime after) { return schedule.Next(after, after); }

void Check(std::string_view text) {
  const auto schedule = Schedule::Parse(text);
  if (!schedule.ok()) return;
  const auto again = Schedule::Parse(schedule->ToString());
  Require(again.ok(), "what is printed can be read");

  const bool is_cron = text.front() != '@';
  for (const WallTime after : kTimes) {
    const WallTime next = Next(*schedule, after);
    Require(next > after, "the next run is later");
    Require(Next(*again, after) == next, "what is printed means the same");
    if (is_cron) {
      Require(Next(*schedule, next - microseconds(1)) == next, "just before it, it is the next");
    }
    Require(schedule->Next(after, next + 1h) == next + 1h, "a missed run is made up for at once");
  }
}

}  // namespace
}  // namespace inkwell::flusher

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  inkwell::flusher::Check({reinterpret_cast<const char*>(data), size});
  return 0;
}
