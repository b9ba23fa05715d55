#include "tests/integration/loaded_stack.h"

#include <fmt/format.h>

#include "tests/crash/verdict.h"
#include "tests/support/await.h"

namespace inkwell::testing {
namespace {

constexpr int kPartitions = 8;
constexpr std::size_t kLoadThreads = 4;
constexpr std::uint64_t kSeed = 1;

// Small batches, often: so whatever happens finds something under way.
Flags FlusherFlags(const Flags& more) {
  Flags flags{fmt::format("--partitions={}", kPartitions), "--schedule=@every 50ms",
              "--batch_rows=100", "--workers=4"};
  flags.insert(flags.end(), more.begin(), more.end());
  return flags;
}

}  // namespace

LoadedStack::LoadedStack(Stack& stack, const Flags& flusher_flags)
    : stack_(stack),
      ingest_(stack.AddIngest({fmt::format("--partitions={}", kPartitions)})),
      flushers_{&stack.AddFlusher(FlusherFlags(flusher_flags)),
                &stack.AddFlusher(FlusherFlags(flusher_flags))},
      caller_({ingest_.channel()}),
      // The last series is that of AwaitPersisted.
      history_(kLoadThreads + 1),
      load_(caller_, history_, kLoadThreads, kSeed) {}

std::optional<std::chrono::milliseconds> LoadedStack::AwaitPersisted() {
  using std::chrono::steady_clock;
  const auto begin = steady_clock::now();
  auto& probes = history_.series.back();
  auto& probe = probes.emplace_back(CommentId(static_cast<int>(probes.size()), kLoadThreads));
  if (!Await([&] { return caller_.Create(probe, 0, v1::DURABILITY_PERSISTED); })) {
    return std::nullopt;
  }
  return std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - begin);
}

bool LoadedStack::Poison() {
  stack_.QueryOne("ALTER TABLE comments ADD CHECK (body <> 'rude words'); SELECT 1");
  auto poison = CreateOf(CommentId(0, kLoadThreads + 1));
  poison.mutable_comment()->set_body("rude words");
  return Create(ingest_, poison).ok();
}

bool LoadedStack::StopAndDrain() {
  load_.Stop();
  return flushers_[0]->AwaitServing() && Await([this] {
           Flush(*flushers_[0]);
           return GetStatus(*flushers_[0]).pending() == 0;
         });
}

std::string LoadedStack::TakeDeadLetters() {
  return stack_.QueryOne(
      "WITH taken AS (DELETE FROM dead_letters RETURNING sqlstate)"
      " SELECT string_agg(sqlstate, ' ') FROM taken");
}

std::string LoadedStack::Verdict() {
  const std::string verdict =
      JudgeRows(stack_, history_) + JudgeBooks(ReadBooks(stack_.redis().Url(), kPartitions));
  return verdict.empty() ? "" : verdict + Logs();
}

std::string LoadedStack::Logs() const {
  return fmt::format("--- ingest\n{}--- flusher 0\n{}--- flusher 1\n{}", ingest_.Log(),
                     flushers_[0]->Log(), flushers_[1]->Log());
}

}  // namespace inkwell::testing
