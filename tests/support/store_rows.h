// Rows for the tests of stores.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/flusher/store/store.h"
#include "tests/support/id_of.h"

namespace inkwell::testing {

// A time for each number.
inline WallTime TimeOf(std::int64_t number) {
  return WallTime(std::chrono::microseconds(1'700'000'000'000'000 + number));
}

// A plain comment; `body` must outlive it.
inline flusher::NewComment CommentOf(int number, std::string_view body = "a body") {
  flusher::NewComment comment;
  comment.comment_id = IdOf(number);
  comment.post_id = "a post";
  comment.author_id = "an author";
  comment.body = body;
  comment.attributes_json = "{}";
  comment.create_time = TimeOf(number);
  comment.update_time = comment.create_time;
  return comment;
}

// The comments `first` to `last`, both included.
inline std::vector<flusher::NewComment> CommentsOf(int first, int last,
                                                   std::string_view body = "a body") {
  std::vector<flusher::NewComment> comments;
  for (int number = first; number <= last; ++number) comments.push_back(CommentOf(number, body));
  return comments;
}

// A dead letter of an entry; `entry` must outlive it.
inline flusher::DeadLetter DeadLetterOf(std::string_view entry) {
  flusher::DeadLetter letter;
  letter.partition = 3;
  letter.entry = entry;
  letter.reason = "ENTRY_NOT_DECODABLE";
  letter.detail = "no Change";
  return letter;
}

// Creates and dead letters to write.
inline flusher::WriteSet SetOf(std::vector<flusher::NewComment> creates,
                               std::vector<flusher::DeadLetter> dead_letters = {}) {
  flusher::WriteSet set;
  set.creates = std::move(creates);
  set.dead_letters = std::move(dead_letters);
  return set;
}

// Edits to write, of partition 3.
inline flusher::WriteSet SetOfEdits(std::vector<flusher::CommentEdit> edits) {
  flusher::WriteSet set;
  set.partition = 3;
  set.edits = std::move(edits);
  return set;
}

// An update of the body, accepted at TimeOf(revision); `body` and `entry` must outlive it.
inline flusher::CommentEdit BodyOf(int number, std::int64_t revision, std::string_view body,
                                   std::string_view entry = "an update") {
  flusher::CommentEdit edit;
  edit.comment_id = IdOf(number);
  edit.body = body;
  edit.body_revision = revision;
  edit.revision = revision;
  edit.update_time = TimeOf(revision);
  edit.entries = {entry};
  return edit;
}

// The same of the attributes.
inline flusher::CommentEdit AttributesOf(int number, std::int64_t revision, std::string json,
                                         std::string_view entry = "an update") {
  flusher::CommentEdit edit;
  edit.comment_id = IdOf(number);
  edit.attributes_json = std::move(json);
  edit.attributes_revision = revision;
  edit.revision = revision;
  edit.update_time = TimeOf(revision);
  edit.entries = {entry};
  return edit;
}

// A delete, accepted at TimeOf(time).
inline flusher::CommentEdit DeleteOf(int number, std::int64_t time,
                                     std::string_view entry = "a delete") {
  flusher::CommentEdit edit;
  edit.comment_id = IdOf(number);
  edit.delete_time = TimeOf(time);
  edit.entries = {entry};
  return edit;
}

}  // namespace inkwell::testing
