#include "tests/support/fake_rows.h"

#include <fmt/format.h>

namespace inkwell::testing {
namespace {

bool Delete(WallTime delete_time, FakeDatabase::Row& row) {
  if (row.delete_time && *row.delete_time <= delete_time) return false;
  row = {.post_id = row.post_id,
         .author_id = row.author_id,
         .reply_to_id = row.reply_to_id,
         .body = "",
         .attributes_json = "{}",
         .create_time = row.create_time,
         .update_time = row.create_time,
         .delete_time = delete_time};
  return true;
}

}  // namespace

void PrintTo(const FakeDatabase::Row& row, std::ostream* out) {
  const auto microseconds = [](WallTime time) { return time.time_since_epoch().count(); };
  *out << fmt::format("\"{}\" at {}, {} at {}, both at {}, created {}, updated {}, deleted {}",
                      row.body, row.body_revision, row.attributes_json, row.attributes_revision,
                      row.revision, microseconds(row.create_time), microseconds(row.update_time),
                      row.delete_time ? std::to_string(microseconds(*row.delete_time)) : "never");
}

FakeDatabase::Row ToRow(const flusher::NewComment& comment) {
  return {.post_id = std::string(comment.post_id),
          .author_id = std::string(comment.author_id),
          .reply_to_id = comment.reply_to_id,
          .body = std::string(comment.body),
          .attributes_json = comment.attributes_json,
          .create_time = comment.create_time,
          .update_time = comment.update_time,
          .delete_time = comment.delete_time,
          .revision = comment.revision,
          .body_revision = comment.body_revision,
          .attributes_revision = comment.attributes_revision};
}

bool Apply(const flusher::CommentEdit& edit, FakeDatabase::Row& row) {
  if (edit.delete_time) return Delete(*edit.delete_time, row);
  if (row.delete_time) return false;
  const bool newer_body = edit.body_revision > row.body_revision;
  const bool newer_attributes = edit.attributes_revision > row.attributes_revision;
  if (newer_body) {
    row.body = *edit.body;
    row.body_revision = edit.body_revision;
  }
  if (newer_attributes) {
    row.attributes_json = *edit.attributes_json;
    row.attributes_revision = edit.attributes_revision;
  }
  if (edit.revision > row.revision) {
    row.revision = edit.revision;
    row.update_time = edit.update_time;
  }
  return newer_body || newer_attributes;
}

void Merge(const FakeDatabase::Row& ours, FakeDatabase::Row& committed) {
  flusher::CommentEdit edit;
  edit.body = ours.body;
  edit.body_revision = ours.body_revision;
  edit.attributes_json = ours.attributes_json;
  edit.attributes_revision = ours.attributes_revision;
  edit.revision = ours.revision;
  edit.update_time = ours.update_time;
  edit.delete_time = ours.delete_time;
  Apply(edit, committed);
}

}  // namespace inkwell::testing
