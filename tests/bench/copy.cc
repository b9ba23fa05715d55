// bench-copy: what Postgres takes on so many connections. The rows that the flusher would
// write, in the same batches, but as they were accepted and not in its order, encoded before
// the clock starts; each batch one binary COPY straight into the table, a transaction of its
// own.
#include <fmt/core.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "absl/flags/flag.h"
#include "common/server/common_flags.h"
#include "common/server/flags.h"
#include "services/flusher/flush/comment_rows.h"
#include "services/flusher/flush/decode.h"
#include "services/flusher/store/copy_encoder.h"
#include "tests/bench/corpus.h"
#include "tests/bench/raw_postgres.h"

ABSL_FLAG(std::string, postgres, "", "The database, as libpq takes it");
ABSL_FLAG(std::int64_t, count, 100'000, "How many rows");
ABSL_FLAG(std::int64_t, body_bytes, 200, "Size of a body");
ABSL_FLAG(std::int64_t, batch_rows, 10'000, "Rows in one COPY");
ABSL_FLAG(std::int32_t, workers, 4, "Connections");

namespace inkwell::bench {
namespace {

using Batches = std::vector<std::string>;

std::string EncodeBatch(const std::vector<std::string>& entries, std::size_t begin,
                        std::size_t end) {
  std::string rows(flusher::kCopyHeader);
  for (std::size_t i = begin; i < end; ++i) {
    const auto change = std::get<flusher::DecodedChange>(flusher::Decode(0, entries[i]));
    flusher::AppendCommentRow(rows, flusher::ToNewComment(change));
  }
  return rows.append(flusher::kCopyTrailer);
}

// A batch of each partition in turn, as the flusher goes over them.
Batches EncodeBatches(const CorpusOptions& options, std::int64_t count, std::size_t batch_rows) {
  const auto partitions = EntriesByPartition(options, count);
  std::size_t longest = 0;
  for (const auto& entries : partitions) longest = std::max(longest, entries.size());
  Batches batches;
  for (std::size_t begin = 0; begin < longest; begin += batch_rows) {
    for (const auto& entries : partitions) {
      if (begin >= entries.size()) continue;
      batches.push_back(EncodeBatch(entries, begin, std::min(entries.size(), begin + batch_rows)));
    }
  }
  return batches;
}

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void CopyAll(const Batches& batches, std::vector<RawPostgres>& connections) {
  const std::string copy =
      fmt::format("COPY comments ({}) FROM STDIN (FORMAT binary)", flusher::kCommentColumns);
  std::atomic<std::size_t> next = 0;
  std::vector<std::jthread> threads;
  for (auto& connection : connections) {
    threads.emplace_back([&] {
      for (std::size_t i = next++; i < batches.size(); i = next++)
        connection.Copy(copy, batches[i]);
    });
  }
}

int Run() {
  const CorpusOptions options{QueueOptionsFromFlags().partitions, absl::GetFlag(FLAGS_body_bytes)};
  const std::int64_t count = absl::GetFlag(FLAGS_count);
  const Batches batches =
      EncodeBatches(options, count, static_cast<std::size_t>(absl::GetFlag(FLAGS_batch_rows)));
  std::vector<RawPostgres> connections;
  for (int i = 0; i < absl::GetFlag(FLAGS_workers); ++i) {
    connections.emplace_back(absl::GetFlag(FLAGS_postgres));
  }
  const double cpu_before = CpuSeconds();
  const auto start = std::chrono::steady_clock::now();
  CopyAll(batches, connections);
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  fmt::print("{{\"rows\": {}, \"seconds\": {}, \"cpu_seconds\": {}}}\n", count, elapsed.count(),
             CpuSeconds() - cpu_before);
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace inkwell::bench

int main(int argc, char** argv) {
  static_cast<void>(inkwell::ParseFlags(argc, argv, "Copies rows into the table."));
  return inkwell::bench::Run();
}
