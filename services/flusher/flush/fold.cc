#include "services/flusher/flush/fold.h"

#include <cstdint>
#include <utility>
#include <variant>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "services/flusher/flush/comment_rows.h"
#include "services/flusher/flush/decode.h"

namespace inkwell::flusher {
namespace {

// What a comment has so far: indexes, or kNone.
constexpr std::uint32_t kNone = UINT32_MAX;
struct Known {
  std::uint32_t create = kNone;
  std::uint32_t edit = kNone;
};

}  // namespace

FoldedBatch Fold(int partition, std::span<const std::string_view> entries) {
  FoldedBatch folded;
  auto& creates = folded.writes.creates;
  folded.writes.partition = partition;
  creates.reserve(entries.size());
  std::vector<CommentEdit> edits;
  absl::flat_hash_map<Uuid, Known> comments;
  comments.reserve(entries.size());

  for (const std::string_view entry : entries) {
    auto decoded = Decode(partition, entry);
    if (auto* const letter = std::get_if<DeadLetter>(&decoded)) {
      folded.dead_letters.push_back(std::move(*letter));
      continue;
    }
    const auto& change = std::get<DecodedChange>(decoded);
    auto& known = comments[change.comment_id];
    if (!std::holds_alternative<queue::CreateView>(change.change.kind)) {
      if (known.edit == kNone) {
        known.edit = static_cast<std::uint32_t>(edits.size());
        edits.emplace_back().comment_id = change.comment_id;
      }
      AddTo(edits[known.edit], change);
    } else if (known.create == kNone) {
      known.create = static_cast<std::uint32_t>(creates.size());
      creates.push_back(ToNewComment(change));
    } else {
      ++folded.outcomes.duplicate;
    }
  }

  for (auto& edit : edits) {
    const auto& known = comments[edit.comment_id];
    if (known.create == kNone) {
      folded.writes.edits.push_back(std::move(edit));
      continue;
    }
    auto& create = creates[known.create];
    ApplyTo(create, edit);
    create.edit = folded.writes.edits_of_creates.size();
    folded.writes.edits_of_creates.push_back(std::move(edit));
  }
  return folded;
}

}  // namespace inkwell::flusher
