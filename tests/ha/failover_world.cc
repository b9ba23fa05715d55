#include "tests/ha/failover_world.h"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <memory>
#include <stdexcept>

#include "tests/crash/load.h"
#include "tests/crash/verdict.h"
#include "tests/support/await.h"

namespace inkwell::testing {
namespace {

using std::chrono::steady_clock;

// An ingest that ends in order waits until Postgres has what it accepted, also through a
// failover.
Flags IngestFlags() {
  return {fmt::format("--partitions={}", FailoverWorld::kPartitions), "--ack_timeout=500ms",
          "--drain_timeout=20s"};
}

// Small batches, often: so a failover finds something under way.
Flags FlusherFlags() {
  return {fmt::format("--partitions={}", FailoverWorld::kPartitions), "--schedule=@every 50ms",
          "--batch_rows=100", "--workers=2"};
}

// A service for each URL.
using Add = ServiceProcess& (Stack::*)(Flags flags, Until until);
std::vector<ServiceProcess*> AddAll(Stack& stack, Add add, const Flags& flags,
                                    const std::vector<std::string>& redis_urls) {
  std::vector<ServiceProcess*> services;
  for (const auto& url : redis_urls) {
    Flags with_url = flags;
    with_url.push_back("--redis=" + url);
    services.push_back(&(stack.*add)(with_url, Until::kServing));
  }
  return services;
}

std::vector<std::shared_ptr<grpc::Channel>> ChannelsOf(
    const std::vector<ServiceProcess*>& services) {
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  for (const auto* service : services) channels.push_back(service->channel());
  return channels;
}

}  // namespace

FailoverWorld::FailoverWorld(const std::vector<std::string>& redis_urls)
    : redis_url_(redis_urls.front()),
      stack_({.redis_url = redis_url_}),
      ingests_(AddAll(stack_, &Stack::AddIngest, IngestFlags(), redis_urls)),
      flushers_(AddAll(stack_, &Stack::AddFlusher, FlusherFlags(), redis_urls)),
      caller_(ChannelsOf(ingests_)) {}

std::string FailoverWorld::PlayRound(const Failover& failover, std::uint64_t seed) {
  std::chrono::milliseconds away{};
  std::string verdict;
  std::string gone;
  try {
    verdict = Play(failover, seed, away, gone);
  } catch (const std::exception& exception) {
    verdict = fmt::format("STUCK: {}\n", exception.what());
  }
  fmt::print("{}{}: {} ms until it is served again{}\n", failover.name, gone, away.count(),
             verdict.empty() ? "" : ", WRONG");
  std::fflush(stdout);
  return verdict.empty() ? "" : verdict + Logs();
}

std::string FailoverWorld::Play(const Failover& failover, std::uint64_t seed,
                                std::chrono::milliseconds& away, std::string& gone) {
  constexpr char kStandsStill[] = "STUCK: the load stands still\n";
  std::mt19937_64 random(seed);
  const auto some_steps = [&random] { return static_cast<std::int64_t>(300 + random() % 700); };
  const bool leave_before = random() % 2 == 0;
  Load load(caller_, history_, kLoadThreads, random());
  if (!load.AwaitSteps(some_steps())) return kStandsStill;
  if (leave_before) gone = Leave(failover.leaving, random);
  const auto begin = steady_clock::now();
  failover.strike();
  if (!leave_before) gone = Leave(failover.leaving, random);
  if (!AwaitRecovery()) return "STUCK: no recovery\n";
  away = std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - begin);
  if (!load.AwaitSteps(some_steps())) return kStandsStill;
  Return();
  failover.mend();
  if (!load.AwaitSteps(some_steps())) return kStandsStill;
  if (!AwaitRecovery()) return "STUCK: no recovery once it was mended\n";
  load.Stop();
  if (!Drain()) return "STUCK: something stays pending\n";
  return JudgeRows(stack_, history_) + JudgeBooks(ReadBooks(redis_url_, kPartitions));
}

bool FailoverWorld::AwaitRecovery() {
  auto& probes = history_.series.back();
  for (int server = 0; server < caller_.server_count(); ++server) {
    if (IsAway(ingests_[static_cast<std::size_t>(server)])) continue;
    auto& probe = probes.emplace_back(CommentId(static_cast<int>(probes.size()), kLoadThreads));
    const auto persisted = [&] { return caller_.Create(probe, server, v1::DURABILITY_PERSISTED); };
    if (!Await(persisted)) return false;
  }
  return true;
}

bool FailoverWorld::Drain() {
  return flushers_[0]->AwaitServing() && Await([this] {
           Flush(*flushers_[0]);
           return ReadBooks(redis_url_, kPartitions).pending == 0;
         });
}

std::string FailoverWorld::Leave(Leaving leaving, std::mt19937_64& random) {
  if (leaving == Leaving::kNobody) return "";
  return LeaveSome("ingest", ingests_, leaving == Leaving::kAnyhow, random) +
         LeaveSome("flusher", flushers_, true, random);
}

std::string FailoverWorld::LeaveSome(const std::string& kind,
                                     const std::vector<ServiceProcess*>& services,
                                     bool may_be_killed, std::mt19937_64& random) {
  std::string gone;
  const std::size_t first = random() % services.size();
  const std::size_t count = 1 + random() % (services.size() - 1);
  for (std::size_t i = first; i < first + count; ++i) {
    auto& service = *services[i % services.size()];
    const bool killed = may_be_killed && (i == first || random() % 2 == 0);
    if (killed) {
      service.Kill9();
    } else {
      service.Signal(SIGTERM);
    }
    absences_.push_back({&service, killed});
    gone += fmt::format(", {} of {} {}", killed ? "kill -9" : "SIGTERM", kind, i % services.size());
  }
  return gone;
}

void FailoverWorld::Return() {
  for (const auto& [service, killed] : absences_) {
    if (!killed && service->Wait() != 0) throw std::runtime_error("SIGTERM ends it otherwise");
    service->Restart();
  }
  absences_.clear();
}

bool FailoverWorld::IsAway(const ServiceProcess* service) const {
  return std::any_of(absences_.begin(), absences_.end(),
                     [&](const Absence& absence) { return absence.service == service; });
}

std::string FailoverWorld::Logs() const {
  std::string logs;
  for (std::size_t i = 0; i < ingests_.size(); ++i) {
    logs += fmt::format("--- ingest {}\n{}--- flusher {}\n{}", i, ingests_[i]->Log(), i,
                        flushers_[i]->Log());
  }
  return logs;
}

}  // namespace inkwell::testing
