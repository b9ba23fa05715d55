#include "tests/crash/round.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <utility>

#include "tests/crash/load.h"
#include "tests/crash/verdict.h"

namespace inkwell::testing {
namespace {

bool CanBeAdded(const Fault& fault, const std::vector<Fault>& to) {
  return std::all_of(to.begin(), to.end(), [&](const Fault& other) {
    const bool apart = std::none_of(fault.parts.begin(), fault.parts.end(),
                                    [&](const auto& part) { return other.parts.contains(part); });
    return apart && (fault.destroys == Memory::kNone || other.destroys == Memory::kNone ||
                     fault.destroys == other.destroys);
  });
}

std::string NamesOf(const std::vector<Fault>& faults) {
  std::string names;
  for (const auto& fault : faults) names += (names.empty() ? "" : ", ") + fault.name;
  return names.empty() ? "no fault" : names;
}

// Whether every fault could happen under load; else what kept it.
std::string Happen(std::vector<Fault>& faults, const Load& load, std::mt19937_64& random) {
  constexpr char kStandsStill[] = "STUCK: the load stands still\n";
  const auto some_steps = [&random] { return static_cast<std::int64_t>(100 + random() % 700); };
  if (!load.AwaitSteps(some_steps())) return kStandsStill;
  for (const auto& fault : faults) {
    fault.strike();
    if (!load.AwaitSteps(some_steps())) return kStandsStill;
  }
  std::stable_sort(faults.begin(), faults.end(),
                   [](const Fault& a, const Fault& b) { return a.order < b.order; });
  for (const auto& fault : faults) fault.mend();
  return "";
}

std::string JudgeAppended(const Books& before, const Books& after, std::int64_t acknowledged) {
  const std::int64_t appended = after.head + after.pending - before.head - before.pending;
  if (appended >= acknowledged) return "";
  return fmt::format("UNBALANCED: {} changes were acknowledged, and {} appended\n", acknowledged,
                     appended);
}

std::string Play(World& world, std::vector<Fault>& faults, std::mt19937_64& random,
                 std::string& recovery) {
  const auto before = ReadBooks(world.stack.redis().Url(), World::kPartitions);
  const auto acknowledged = world.history.CountAcknowledged();
  Load load(world.caller, world.history, World::kLoadThreads, random());
  if (auto trouble = Happen(faults, load, random); !trouble.empty()) return trouble;
  const auto recovered = world.AwaitRecovery();
  if (!recovered) return "STUCK: no recovery within seconds\n";
  recovery = fmt::format("{} ms", recovered->count());
  load.Stop();
  if (!world.Drain()) return "STUCK: something stays pending\n";
  const auto after = ReadBooks(world.stack.redis().Url(), World::kPartitions);
  std::string verdict = JudgeRows(world.stack, world.history) + JudgeBooks(after);
  const bool redis_forgot = std::any_of(faults.begin(), faults.end(), [](const Fault& fault) {
    return fault.destroys == Memory::kRedis;
  });
  if (redis_forgot) return verdict;
  return verdict + JudgeAppended(before, after, world.history.CountAcknowledged() - acknowledged);
}

}  // namespace

std::vector<Fault> Deck::Deal() {
  const std::size_t wanted = 1 + random_() % 3;
  if (faults_.size() < wanted) {
    for (auto& fault : AllFaults(world_, random_)) faults_.push_back(std::move(fault));
  }
  std::vector<Fault> dealt;
  for (auto card = faults_.begin(); card != faults_.end() && dealt.size() < wanted;) {
    if (CanBeAdded(*card, dealt)) {
      dealt.push_back(std::move(*card));
      card = faults_.erase(card);
    } else {
      ++card;
    }
  }
  return dealt;
}

std::string PlayRound(World& world, std::vector<Fault> faults, std::mt19937_64& random) {
  const std::string names = NamesOf(faults);
  std::string recovery = "none";
  std::string verdict;
  try {
    verdict = Play(world, faults, random, recovery);
  } catch (const std::exception& exception) {
    verdict = fmt::format("STUCK: {}\n", exception.what());
  }
  fmt::print("{}: recovery {}{}\n", names, recovery, verdict.empty() ? "" : ", WRONG");
  std::fflush(stdout);
  return verdict.empty() ? "" : verdict + world.Logs();
}

}  // namespace inkwell::testing
