#include "tests/support/fake_rows.h"

namespace inkwell::testing {
namespace {

void MakeTombstone(WallTime delete_time, FakeDatabase::Row& row) {
  row.body.clear();
  row.attributes_json = "{}";
  row.delete_time = delete_time;
}

}  // namespace

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
  if (edit.delete_time) MakeTombstone(*edit.delete_time, row);
  return newer_body || newer_attributes || edit.delete_time;
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
