#include "services/flusher/store/copy_order.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace inkwell::flusher {
namespace {

// What is sorted, so that comments need not be looked at again, which by then are out of the
// processor's cache.
struct Key {
  std::uint64_t start = 0;  // of the post_id, from where those of the batch differ
  const NewComment* comment = nullptr;
};

std::size_t CommonPrefix(std::span<const NewComment> creates) {
  std::string_view prefix = creates.front().post_id;
  for (const auto& comment : creates) {
    const auto end =
        std::mismatch(prefix.begin(), prefix.end(), comment.post_id.begin(), comment.post_id.end());
    prefix = prefix.substr(0, static_cast<std::size_t>(end.first - prefix.begin()));
  }
  return prefix.size();
}

// Big-endian, so that numbers compare as their bytes do; past the end: 0, the least.
std::uint64_t Start(std::string_view text) {
  std::uint64_t start = 0;
  for (std::size_t i = 0; i < sizeof start; ++i) {
    start = start << 8 | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0);
  }
  return start;
}

constexpr std::size_t kCacheLineBytes = 64;

// Only a hint, which changes nothing but the time that reading takes.
void Load(const void* begin, std::size_t bytes) {
  const auto* const first = static_cast<const char*>(begin);
  for (std::size_t i = 0; i < bytes; i += kCacheLineBytes) __builtin_prefetch(first + i);
}

}  // namespace

std::vector<const NewComment*> InCopyOrder(std::span<const NewComment> creates) {
  std::vector<const NewComment*> ordered;
  if (creates.empty()) return ordered;
  const std::size_t prefix = CommonPrefix(creates);
  std::vector<Key> keys;
  keys.reserve(creates.size());
  std::size_t longest = 0;
  for (const auto& comment : creates) {
    const std::string_view rest = comment.post_id.substr(prefix);
    longest = std::max(longest, rest.size());
    keys.push_back({Start(rest), &comment});
  }
  const bool starts_tell_all = longest <= sizeof(Key::start);
  std::sort(keys.begin(), keys.end(), [&](const Key& a, const Key& b) {
    if (a.start != b.start) return a.start < b.start;
    if (starts_tell_all) return a.comment < b.comment;
    const int order = a.comment->post_id.compare(b.comment->post_id);
    return order != 0 ? order < 0 : a.comment < b.comment;
  });
  ordered.reserve(keys.size());
  for (const auto& key : keys) ordered.push_back(key.comment);
  return ordered;
}

void LoadAhead(std::span<const NewComment* const> ordered, std::size_t index) {
  // A comment has to be there to know where its texts are; of a long one the processor guesses
  // the rest.
  constexpr std::size_t kComments = 8;
  constexpr std::size_t kTexts = 4;
  constexpr std::size_t kTextBytes = 4 * kCacheLineBytes;
  if (index + kComments < ordered.size()) Load(ordered[index + kComments], sizeof(NewComment));
  if (index + kTexts < ordered.size()) {
    const NewComment& comment = *ordered[index + kTexts];
    Load(comment.post_id.data(), comment.post_id.size());
    Load(comment.body.data(), std::min(comment.body.size(), kTextBytes));
  }
}

}  // namespace inkwell::flusher
