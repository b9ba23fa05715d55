// bench-parts: what each part of the hot paths costs by itself, without a server. To see
// where a change of the code shows; what counts is tests/bench/run.
#include <benchmark/benchmark.h>

#include <string>
#include <string_view>
#include <vector>

#include "common/queue/change_codec.h"
#include "services/flusher/flush/comment_rows.h"
#include "services/flusher/flush/decode.h"
#include "services/flusher/flush/fold.h"
#include "services/flusher/store/copy_encoder.h"
#include "services/flusher/store/copy_order.h"
#include "services/ingest/comment_ids.h"
#include "services/ingest/group_commit.h"
#include "tests/bench/corpus.h"

namespace inkwell::bench {
namespace {

constexpr int kPartitions = 16;
constexpr std::int64_t kBatch = 10'000;

// Of one partition, stamped.
const std::vector<std::string>& Entries() {
  static const std::vector<std::string> entries = [] {
    auto made = EntriesByPartition({.partitions = 1}, kBatch).front();
    queue::PushIds push_ids;
    for (auto& entry : made) queue::StampEntry(entry, push_ids.Next());
    return made;
  }();
  return entries;
}

const std::vector<std::string_view>& Views() {
  static const std::vector<std::string_view> views(Entries().begin(), Entries().end());
  return views;
}

void NewCommentId(benchmark::State& state) {
  const WallTime now = SystemClock().Now();
  for (auto _ : state) {
    benchmark::DoNotOptimize(ingest::NewCommentId(now, 0, static_cast<int>(state.range(0))));
  }
}
BENCHMARK(NewCommentId)->Arg(1)->Arg(16)->Arg(256);

void AcceptCreate(benchmark::State& state) {
  Corpus corpus({});
  v1::Comment comment = corpus.NextComment();
  comment.clear_comment_id();
  const WallTime now = SystemClock().Now();
  for (auto _ : state) {
    benchmark::DoNotOptimize(ingest::AcceptCreate(comment, now, 0, kPartitions));
  }
}
BENCHMARK(AcceptCreate);

void MakeGroupCommit(benchmark::State& state) {
  std::vector<ingest::PartitionedEntry> entries;
  Corpus corpus({});
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    auto change = corpus.NextCreate();
    entries.emplace_back().partition = change.partition;
    entries.back().change.entry = std::move(change.entry);
  }
  queue::PushIds push_ids;
  for (auto _ : state) {
    benchmark::DoNotOptimize(ingest::MakeGroupCommit(entries, push_ids));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(MakeGroupCommit)->Arg(64)->Arg(1024);

void Decode(benchmark::State& state) {
  for (auto _ : state) {
    for (const auto entry : Views()) benchmark::DoNotOptimize(flusher::Decode(0, entry));
  }
  state.SetItemsProcessed(state.iterations() * kBatch);
}
BENCHMARK(Decode)->Unit(benchmark::kMillisecond);

// Decoding included.
void FoldCreates(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(flusher::Fold(0, Views()));
  state.SetItemsProcessed(state.iterations() * kBatch);
}
BENCHMARK(FoldCreates)->Unit(benchmark::kMillisecond);

void EncodeCopyRows(benchmark::State& state) {
  const auto folded = flusher::Fold(0, Views());
  std::string rows;
  for (auto _ : state) {
    rows.clear();
    for (const auto& comment : folded.writes.creates) flusher::AppendCommentRow(rows, comment);
    benchmark::DoNotOptimize(rows.data());
  }
  state.SetItemsProcessed(state.iterations() * kBatch);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(rows.size()));
}
BENCHMARK(EncodeCopyRows)->Unit(benchmark::kMillisecond);

void PutInCopyOrder(benchmark::State& state) {
  const auto folded = flusher::Fold(0, Views());
  for (auto _ : state) benchmark::DoNotOptimize(flusher::InCopyOrder(folded.writes.creates));
  state.SetItemsProcessed(state.iterations() * kBatch);
}
BENCHMARK(PutInCopyOrder)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace inkwell::bench
