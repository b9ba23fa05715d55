#include "tests/bench/corpus.h"

#include <chrono>

#include "common/base/clock.h"
#include "common/base/uuid.h"
#include "common/queue/partition.h"

namespace inkwell::bench {
namespace {

// As large as a group commit of ingest is with 64 calls under way.
constexpr std::int64_t kGroup = 64;
// 2026-01-01, and a comment each 10 µs.
constexpr std::chrono::microseconds kStart(1'767'225'600'000'000);
constexpr std::chrono::microseconds kInterval(10);

WallTime TimeOf(std::int64_t number) { return WallTime(kStart + number * kInterval); }

// splitmix64 (https://prng.di.unimi.it/splitmix64.c): random enough, and the same each time.
std::uint64_t Mix(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15;
  value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9;
  value = (value ^ value >> 27) * 0x94d049bb133111eb;
  return value ^ value >> 31;
}

void PutBigEndian(Uuid& id, std::size_t at, std::size_t count, std::uint64_t value) {
  for (std::size_t i = 0; i < count; ++i) {
    id.bytes[at + i] = static_cast<std::uint8_t>(value >> (8 * (count - 1 - i)));
  }
}

// As ingest's NewCommentId, but for its randomness.
Uuid IdOf(std::int64_t number, int partitions) {
  const auto since_epoch =
      std::chrono::floor<std::chrono::milliseconds>(TimeOf(number)).time_since_epoch();
  const auto wanted = static_cast<int>(number / kGroup % partitions);
  const auto seed = static_cast<std::uint64_t>(number);
  Uuid id;
  PutBigEndian(id, 0, 6, static_cast<std::uint64_t>(since_epoch.count()));
  PutBigEndian(id, 6, 8, Mix(seed));
  id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0f) | 0x70);
  id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3f) | 0x80);
  for (std::uint64_t draw = 1;; ++draw) {
    PutBigEndian(id, 12, 4, Mix(seed ^ draw << 48));
    if (queue::PartitionOf(id, partitions) == wanted) return id;
  }
}

}  // namespace

Corpus::Corpus(const CorpusOptions& options)
    : options_(options),
      source_(load::Generate({.body_bytes = options.body_bytes})),
      number_(options.first) {}

v1::Comment Corpus::NextComment() {
  v1::Comment comment;
  static_cast<void>(source_->Next(comment));
  payload_bytes_ = comment.ByteSizeLong();
  comment.set_comment_id(IdOf(number_++, options_.partitions).ToText());
  return comment;
}

ingest::AcceptedChange Corpus::NextCreate() {
  const WallTime accept_time = TimeOf(number_);
  const v1::Comment comment = NextComment();
  return ingest::AcceptCreate(comment, accept_time, 0, options_.partitions);
}

std::vector<std::vector<std::string>> EntriesByPartition(const CorpusOptions& options,
                                                         std::int64_t count) {
  std::vector<std::vector<std::string>> entries(static_cast<std::size_t>(options.partitions));
  Corpus corpus(options);
  for (std::int64_t i = 0; i < count; ++i) {
    ingest::AcceptedChange change = corpus.NextCreate();
    entries[static_cast<std::size_t>(change.partition)].push_back(std::move(change.entry));
  }
  return entries;
}

}  // namespace inkwell::bench
