#include "services/flusher/flush/fold.h"

#include <cstdint>
#include <utility>
#include <variant>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "services/flusher/flush/comment_rows.h"

namespace inkwell::flusher {
namespace {

// What a comment has so far: indexes, or kNone.
constexpr std::uint32_t kNone = UINT32_MAX;
struct Known {
  std::uint32_t create = kNone;
  std::uint32_t edit = kNone;
};

}  // namespace

FoldedChanges Fold(int partition, std::span<const DecodedChange> changes) {
  FoldedChanges folded;
  auto& creates = folded.writes.creates;
  folded.writes.partition = partition;
  creates.reserve(changes.size());
  std::vector<CommentEdit> edits;
  absl::flat_hash_map<Uuid, Known> comments;
  comments.reserve(changes.size());

  for (const auto& decoded : changes) {
    auto& known = comments[decoded.comment_id];
    if (!std::holds_alternative<queue::CreateView>(decoded.change.kind)) {
      if (known.edit == kNone) {
        known.edit = static_cast<std::uint32_t>(edits.size());
        edits.emplace_back().comment_id = decoded.comment_id;
      }
      AddTo(edits[known.edit], decoded);
    } else if (known.create == kNone) {
      known.create = static_cast<std::uint32_t>(creates.size());
      creates.push_back(ToNewComment(decoded));
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
