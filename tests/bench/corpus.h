// The comments that the benchmarks write: those of the load generator, with ids and list
// entries as ingest makes them. The same ones for the same options, in every program, so
// that what is compared is the same rows in the same order.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "inkwell/v1/comment.pb.h"
#include "services/ingest/accept.h"
#include "tests/load/source.h"

namespace inkwell::bench {

struct CorpusOptions {
  int partitions = 16;
  std::int64_t body_bytes = 200;
  // Number of the first comment: corpora that don't overlap have no id in common.
  std::int64_t first = 0;
};

// Endless. Not thread-safe.
class Corpus {
 public:
  explicit Corpus(const CorpusOptions& options);

  // The next comment, with its id: a UUIDv7 that falls into a partition that changes
  // every 64 comments, as with ingest under load.
  [[nodiscard]] v1::Comment NextComment();
  // Its create as ingest accepts it.
  [[nodiscard]] ingest::AcceptedChange NextCreate();

  // The bytes of the last comment as a client sends it: without id and times.
  [[nodiscard]] std::size_t payload_bytes() const { return payload_bytes_; }

 private:
  const CorpusOptions options_;
  const std::unique_ptr<load::Source> source_;
  std::int64_t number_;
  std::size_t payload_bytes_ = 0;
};

// The entries of `count` creates of a corpus, by partition.
[[nodiscard]] std::vector<std::vector<std::string>> EntriesByPartition(const CorpusOptions& options,
                                                                       std::int64_t count);

}  // namespace inkwell::bench
