// Random changes, and what must become of them: a model of the table that knows nothing
// of batches, folding or SQL.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "tests/support/fake_store.h"

namespace inkwell::testing {

struct ModelChange {
  enum class Kind { kCreate, kBody, kAttributes, kBoth, kDelete };

  Kind kind = Kind::kCreate;
  int comment = 0;
  std::int64_t number = 0;  // unlike any other's: its accept time, revision and content
};

// Whether a comment may be created a second time, with other content.
enum class Creates { kOnce, kAgain };

// `count` changes of `comments` comments. An edit may come before its create, some
// comments are never created, and revisions are mostly, not always, in order.
[[nodiscard]] std::vector<ModelChange> RandomChanges(std::mt19937_64& random, int count,
                                                     int comments, Creates creates);

// The change as it is pushed: different bytes each time.
[[nodiscard]] std::string PushedEntry(const ModelChange& change);

// What the changes come to one by one. An edit without a comment waits for its create.
struct ModelTable {
  FakeDatabase::Rows rows;
  std::map<int, std::vector<ModelChange>> waiting;

  [[nodiscard]] std::size_t WaitingCount() const;
};
[[nodiscard]] ModelTable ApplyInOrder(const std::vector<ModelChange>& changes);

// The table that `changes`, with one create for a comment at most, lead to in whatever
// order and however often they are applied.
[[nodiscard]] FakeDatabase::Rows ApplyInAnyOrder(const std::vector<ModelChange>& changes);

}  // namespace inkwell::testing
