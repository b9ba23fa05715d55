#include "tests/crash/world.h"

#include <fmt/format.h>

#include "tests/crash/verdict.h"
#include "tests/support/await.h"

namespace inkwell::testing {
namespace {

// "Within seconds", of which the longest wait is that of a connection whose other end is
// silent.
constexpr std::chrono::seconds kRecovery(15);

// Without everysec: there Redis puts off writing while its disk is slow, and a kill -9 would
// lose what it has acknowledged.
RedisServer::Options RedisOptions(RedisData data) {
  if (data == RedisData::kLost) return {};
  return {.config = {"appendonly yes", "appendfsync no"}};
}

// Small batches, often: so faults find something under way.
Flags FlusherFlags() {
  return {fmt::format("--partitions={}", World::kPartitions), "--schedule=@every 50ms",
          "--batch_rows=100", "--workers=2"};
}

Flags IngestFlags() {
  return {fmt::format("--partitions={}", World::kPartitions), "--ack_timeout=500ms"};
}

Flags With(Flags flags, std::string flag) {
  flags.push_back(std::move(flag));
  return flags;
}

std::string Through(const TcpGate& gate) { return fmt::format("127.0.0.1:{}", gate.port()); }

}  // namespace

World::World(RedisData data, std::uint64_t seed)
    : redis_data(data),
      stack({.redis = RedisOptions(data)}),
      redis_gate(stack.redis().port(), seed),
      postgres_gate(stack.postgres().port(), seed + 1),
      ingests{&stack.AddIngest(IngestFlags()),
              &stack.AddIngest(With(IngestFlags(), "--redis=redis://" + Through(redis_gate)))},
      flushers{
          &stack.AddFlusher(FlusherFlags()),
          &stack.AddFlusher(With(
              With(FlusherFlags(), "--redis=redis://" + Through(redis_gate)),
              fmt::format("--postgres=postgresql://inkwell@{}/postgres", Through(postgres_gate))))},
      caller({ingests[0]->channel(), ingests[1]->channel()}) {}

std::optional<std::chrono::milliseconds> World::AwaitRecovery() {
  const auto begin = std::chrono::steady_clock::now();
  auto& probes = history.series.back();
  for (int server = 0; server < caller.server_count(); ++server) {
    auto& probe = probes.emplace_back(CommentId(static_cast<int>(probes.size()), kLoadThreads));
    const auto persisted = [&] { return caller.Create(probe, server, v1::DURABILITY_PERSISTED); };
    if (!Await(persisted, kRecovery)) return std::nullopt;
  }
  const auto took = std::chrono::steady_clock::now() - begin;
  if (took > kRecovery) return std::nullopt;
  return std::chrono::duration_cast<std::chrono::milliseconds>(took);
}

bool World::Drain() {
  return flushers[0]->AwaitServing() && Await([this] {
           Flush(*flushers[0]);
           return ReadBooks(stack.redis().Url(), kPartitions).pending == 0;
         });
}

std::string World::Logs() const {
  std::string logs;
  for (std::size_t i = 0; i < ingests.size(); ++i) {
    logs += fmt::format("--- ingest {}\n{}--- flusher {}\n{}", i, ingests[i]->Log(), i,
                        flushers[i]->Log());
  }
  return logs;
}

}  // namespace inkwell::testing
