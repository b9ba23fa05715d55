// bench-fill: puts changes onto the queue as ingest does, but faster than by calls, and
// tells how many there are and how large what clients would have sent.
#include <fmt/core.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "common/queue/change_codec.h"
#include "common/queue/redis_push_queue.h"
#include "common/server/common_flags.h"
#include "common/server/flags.h"
#include "services/ingest/group_commit.h"
#include "tests/bench/corpus.h"

ABSL_FLAG(std::int64_t, count, 100'000, "How many comments");
ABSL_FLAG(std::int64_t, first, 0, "Number of the first comment");
ABSL_FLAG(std::int64_t, body_bytes, 200, "Size of a body");
ABSL_FLAG(std::int64_t, edits, 0,
          "0: a create of each comment; else so many updates of each, one comment after the other");

namespace inkwell::bench {
namespace {

constexpr std::size_t kPushEntries = 4096;

// Gathers entries, and pushes them many at a time. Not thread-safe.
class Pusher {
 public:
  explicit Pusher(const queue::QueueOptions& options) : queue_(options) {
    Require(queue_.Connect().status());
  }

  void Add(ingest::AcceptedChange change) {
    auto& entry = entries_.emplace_back();
    entry.partition = change.partition;
    entry.change.entry = std::move(change.entry);
    if (entries_.size() == kPushEntries) Push();
  }

  void Push() {
    const auto pushed = queue_.Push(ingest::MakeGroupCommit(entries_, push_ids_).pushes);
    Require(pushed.status());
    for (const auto& state : *pushed) Require(state.status());
    entries_.clear();
  }

 private:
  static void Require(const absl::Status& status) {
    if (status.ok()) return;
    fmt::print(stderr, "bench-fill: {}\n", std::string(status.message()));
    std::exit(EXIT_FAILURE);
  }

  queue::RedisPushQueue queue_;
  queue::PushIds push_ids_;
  std::vector<ingest::PartitionedEntry> entries_;
};

ingest::AcceptedChange UpdateOf(const v1::Comment& comment, std::int64_t revision, int partitions) {
  v1::UpdateCommentRequest request;
  request.mutable_comment()->set_comment_id(comment.comment_id());
  request.mutable_comment()->set_body(comment.body());
  request.mutable_update_mask()->add_paths("body");
  auto change = ingest::AcceptUpdate(request, SystemClock().Now(), partitions);
  queue::SetRevision(change.entry, revision);
  return change;
}

int Fill() {
  const auto queue_options = QueueOptionsFromFlags();
  const CorpusOptions options{queue_options.partitions, absl::GetFlag(FLAGS_body_bytes),
                              absl::GetFlag(FLAGS_first)};
  const std::int64_t count = absl::GetFlag(FLAGS_count);
  const std::int64_t edits = absl::GetFlag(FLAGS_edits);
  Pusher pusher(queue_options);
  std::size_t payload_bytes = 0;
  for (std::int64_t round = 0; round < std::max<std::int64_t>(edits, 1); ++round) {
    Corpus corpus(options);
    for (std::int64_t i = 0; i < count; ++i) {
      pusher.Add(edits == 0 ? corpus.NextCreate()
                            : UpdateOf(corpus.NextComment(), round + 1, options.partitions));
      payload_bytes += corpus.payload_bytes();
    }
  }
  pusher.Push();
  fmt::print("{{\"changes\": {}, \"payload_bytes\": {}}}\n",
             count * std::max<std::int64_t>(edits, 1), payload_bytes);
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace inkwell::bench

int main(int argc, char** argv) {
  static_cast<void>(inkwell::ParseFlags(argc, argv, "Fills the queue."));
  return inkwell::bench::Fill();
}
