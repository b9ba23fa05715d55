#include "tests/property/change_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <set>

#include "tests/support/change_entries.h"

namespace inkwell::testing {
namespace {

using Kind = ModelChange::Kind;

bool SetsBody(const ModelChange& change) {
  return change.kind == Kind::kBody || change.kind == Kind::kBoth;
}

bool SetsAttributes(const ModelChange& change) {
  return change.kind == Kind::kAttributes || change.kind == Kind::kBoth;
}

WallTime TimeOf(const ModelChange& change) {
  return WallTime(std::chrono::microseconds(change.number));
}

std::string BodyOf(const ModelChange& change) { return fmt::format("body {}", change.number); }

std::string AttributesOf(const ModelChange& change) {
  return fmt::format(R"({{"number":"{}"}})", change.number);
}

FakeDatabase::Row RowOf(const ModelChange& create) {
  FakeDatabase::Row row;
  row.post_id = fmt::format("post {}", create.number);
  row.author_id = "author";
  row.body = BodyOf(create);
  row.attributes_json = AttributesOf(create);
  row.create_time = TimeOf(create);
  row.update_time = row.create_time;
  return row;
}

void ApplyEdit(const ModelChange& change, FakeDatabase::Row& row) {
  if (change.kind == Kind::kDelete) {
    row.delete_time = std::min(TimeOf(change), row.delete_time.value_or(TimeOf(change)));
    row.body = "";
    row.attributes_json = "{}";
    row.update_time = row.create_time;
    row.revision = row.body_revision = row.attributes_revision = 0;
  }
  if (row.delete_time) return;
  if (SetsBody(change) && change.number > row.body_revision) {
    row.body = BodyOf(change);
    row.body_revision = change.number;
  }
  if (SetsAttributes(change) && change.number > row.attributes_revision) {
    row.attributes_json = AttributesOf(change);
    row.attributes_revision = change.number;
  }
  if (change.number > row.revision) {
    row.revision = change.number;
    row.update_time = TimeOf(change);
  }
}

// What a comment's changes make of it, whatever their order; nullopt without a create.
std::optional<FakeDatabase::Row> RowOfAll(std::vector<ModelChange> changes) {
  const auto create = std::find_if(changes.begin(), changes.end(),
                                   [](const auto& change) { return change.kind == Kind::kCreate; });
  if (create == changes.end()) return std::nullopt;
  auto row = RowOf(*create);
  changes.erase(create);
  for (const auto& edit : changes) ApplyEdit(edit, row);
  return row;
}

}  // namespace

std::vector<ModelChange> RandomChanges(std::mt19937_64& random, int count, int comments,
                                       Creates creates) {
  const auto draw = [&random](std::uint64_t below) { return static_cast<int>(random() % below); };
  std::set<int> created;
  std::vector<ModelChange> changes;
  for (int i = 0; i < count; ++i) {
    ModelChange change;
    change.comment = draw(static_cast<std::uint64_t>(comments));
    change.number = i + 1;
    // Every fourth comment is never created; deletes are rare, or little else is seen.
    const int kind = draw(20);
    const bool may_create = change.comment % 4 != 3 &&
                            (creates == Creates::kAgain || !created.contains(change.comment));
    change.kind = kind < 8 && may_create ? Kind::kCreate
                  : kind < 10            ? Kind::kAttributes
                  : kind < 14            ? Kind::kBoth
                  : kind < 19            ? Kind::kBody
                                         : Kind::kDelete;
    if (change.kind == Kind::kCreate) created.insert(change.comment);
    changes.push_back(change);
  }
  // Two that were given revisions in one order may be pushed in the other.
  for (std::size_t i = 0; i + 1 < changes.size(); ++i) {
    if (draw(8) == 0) std::swap(changes[i], changes[i + 1]);
  }
  return changes;
}

std::string PushedEntry(const ModelChange& change) {
  auto pushed = ChangeOf(change.comment, change.number);
  const std::string number = std::to_string(change.number);
  if (change.kind == Kind::kCreate) {
    auto& create = *pushed.mutable_create();
    create.set_post_id("post " + number);
    create.set_author_id("author");
    create.set_body(BodyOf(change));
    (*create.mutable_attributes())["number"] = number;
  } else if (change.kind == Kind::kDelete) {
    pushed.mutable_delete_();
  } else {
    pushed.set_revision(static_cast<std::uint64_t>(change.number));
    auto& update = *pushed.mutable_update();
    if (SetsBody(change)) update.set_body(BodyOf(change));
    if (SetsAttributes(change)) {
      (*update.mutable_attributes()->mutable_values())["number"] = number;
    }
  }
  return PushedEntry(pushed);
}

std::size_t ModelTable::WaitingCount() const {
  std::size_t count = 0;
  for (const auto& [comment, edits] : waiting) count += edits.size();
  return count;
}

ModelTable ApplyInOrder(const std::vector<ModelChange>& changes) {
  ModelTable table;
  for (const auto& change : changes) {
    const auto row = table.rows.find(IdOf(change.comment));
    if (change.kind != Kind::kCreate) {
      if (row == table.rows.end()) {
        table.waiting[change.comment].push_back(change);
      } else {
        ApplyEdit(change, row->second);
      }
    } else if (row == table.rows.end()) {
      auto& created = table.rows[IdOf(change.comment)] = RowOf(change);
      for (const auto& edit : table.waiting[change.comment]) ApplyEdit(edit, created);
      table.waiting.erase(change.comment);
    }
  }
  return table;
}

FakeDatabase::Rows ApplyInAnyOrder(const std::vector<ModelChange>& changes) {
  std::map<int, std::vector<ModelChange>> by_comment;
  for (const auto& change : changes) by_comment[change.comment].push_back(change);
  FakeDatabase::Rows rows;
  for (const auto& [comment, its_changes] : by_comment) {
    if (const auto row = RowOfAll(its_changes)) rows[IdOf(comment)] = *row;
  }
  return rows;
}

}  // namespace inkwell::testing
