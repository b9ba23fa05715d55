// Rows for the tests of stores.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "services/flusher/store/store.h"

namespace inkwell::testing {

// Ids of the tests: the number in the last four bytes.
inline Uuid IdOf(int number) {
  Uuid id;
  for (std::size_t i = 0; i < 4; ++i) {
    id.bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i) & 0xff);
  }
  return id;
}

// A plain comment; `body` must outlive it.
inline flusher::NewComment CommentOf(int number, std::string_view body = "a body") {
  flusher::NewComment comment;
  comment.comment_id = IdOf(number);
  comment.post_id = "a post";
  comment.author_id = "an author";
  comment.body = body;
  comment.attributes_json = "{}";
  comment.create_time = WallTime(std::chrono::microseconds(1'700'000'000'000'000 + number));
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

}  // namespace inkwell::testing
