#include "tests/load/feed.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

#include "common/base/random.h"
#include "common/base/uuid.h"

namespace inkwell::load {
namespace {

std::optional<std::int64_t> Least(std::optional<std::int64_t> a, std::optional<std::int64_t> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

void Write(std::uint8_t* to, std::uint64_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; --i, value >>= 8) to[i] = static_cast<std::uint8_t>(value);
}

// Never repeats, whatever the seed: an id that is sent again is not a new comment.
std::string NewUuidV7() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto now_ms = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  Uuid uuid;
  Write(uuid.bytes.data(), static_cast<std::uint64_t>(now_ms), 6);
  Write(uuid.bytes.data() + 6, (Random64() & 0x0fff) | 0x7000, 2);
  Write(uuid.bytes.data() + 8, Random64() >> 2 | std::uint64_t{1} << 63, 8);
  return uuid.ToText();
}

}  // namespace

Feed::Feed(std::unique_ptr<Source> source, const Options& options, std::stop_token stop)
    : options_(options),
      stop_(std::move(stop)),
      source_(std::move(source)),
      total_(Least(options.count, source_->Size())) {}

std::vector<v1::Comment> Feed::Take(std::int64_t most) {
  std::vector<v1::Comment> comments;
  if (stop_.stop_requested() || std::chrono::steady_clock::now() >= options_.end) return comments;
  const MutexLock lock(mutex_);
  const std::int64_t left = total_.value_or(std::numeric_limits<std::int64_t>::max()) - taken_;
  for (most = std::min(most, left); most > 0; --most) {
    v1::Comment comment;
    if (!source_->Next(comment)) break;
    if (options_.give_ids && comment.comment_id().empty()) comment.set_comment_id(NewUuidV7());
    comments.push_back(std::move(comment));
  }
  taken_ += static_cast<std::int64_t>(comments.size());
  return comments;
}

}  // namespace inkwell::load
