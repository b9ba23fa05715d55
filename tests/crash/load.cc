#include "tests/crash/load.h"

#include <algorithm>
#include <chrono>

#include "common/base/backoff.h"
#include "common/base/sleep.h"
#include "tests/support/await.h"
#include "tests/support/stack.h"

namespace inkwell::testing {
namespace {

constexpr std::int64_t kStepsOfFailure = 50;
// Most edits are of comments of which something may still be pending.
constexpr std::size_t kRecent = 50;

bool OneIn(std::uint64_t count, std::mt19937_64& random) { return random() % count == 0; }

}  // namespace

Load::Load(const Caller& caller, History& history, std::size_t threads, std::uint64_t seed)
    : caller_(caller), history_(history) {
  for (std::size_t series = 0; series < threads; ++series) {
    threads_.emplace_back(
        [this, series, seed](const std::stop_token& stop) { Run(series, seed + series, stop); });
  }
}

bool Load::AwaitSteps(std::int64_t steps) const {
  const std::int64_t target = steps_ + steps;
  return Await([this, target] { return steps_ >= target; });
}

void Load::Stop() {
  for (auto& thread : threads_) thread.request_stop();
  threads_.clear();
}

void Load::Run(std::size_t series, std::uint64_t seed, const std::stop_token& stop) {
  std::mt19937_64 random(seed);
  auto& comments = history_.series[series];
  auto server = static_cast<int>(series) % caller_.server_count();
  Backoff backoff({.first = std::chrono::milliseconds(10), .most = std::chrono::milliseconds(200)});
  while (!stop.stop_requested()) {
    const bool settled = comments.empty() || comments.back().created();
    bool acknowledged = false;
    if (!settled) {
      acknowledged = caller_.Create(comments.back(), server);
    } else if (comments.empty() || OneIn(3, random)) {
      acknowledged = CreateNext(series, server);
    } else {
      const std::size_t among = std::min(OneIn(10, random) ? SIZE_MAX : kRecent, comments.size());
      acknowledged = EditOne(comments[comments.size() - 1 - random() % among], server, random);
    }
    steps_ += acknowledged ? 1 : kStepsOfFailure;
    // Changes of a comment go through all servers.
    if (!acknowledged || OneIn(4, random)) server = (server + 1) % caller_.server_count();
    if (acknowledged) {
      backoff.Reset();
    } else {
      SleepFor(stop, backoff.Next());
    }
  }
}

bool Load::CreateNext(std::size_t series, int server) {
  auto& comments = history_.series[series];
  comments.emplace_back(CommentId(static_cast<int>(comments.size()), static_cast<int>(series)));
  return caller_.Create(comments.back(), server);
}

bool Load::EditOne(CommentHistory& comment, int server, std::mt19937_64& random) {
  if (OneIn(25, random)) return caller_.Delete(comment, server);
  const bool body = !OneIn(3, random);
  return caller_.Update(comment, server, body, !body || OneIn(3, random));
}

}  // namespace inkwell::testing
