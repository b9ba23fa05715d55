// A queue and a database in memory, and ways to put changes in.
#pragma once

#include <string>

#include "common/base/uuid.h"
#include "common/queue/change_codec.h"
#include "tests/support/fake_queue.h"
#include "tests/support/fake_store.h"

namespace inkwell::testing {

inline constexpr int kFakePartitions = 3;

inline Uuid IdOf(int number) {
  Uuid id;
  id.bytes[14] = static_cast<std::uint8_t>(number >> 8);
  id.bytes[15] = static_cast<std::uint8_t>(number);
  return id;
}

// A stamped entry that creates comment `number` with `body`.
inline std::string CreateEntry(int number, const std::string& body = "body") {
  static queue::PushIds push_ids;
  queue::v1::Change change;
  change.set_comment_id(std::string(IdOf(number).AsBytes()));
  change.set_accept_time_us(1'000'000 + number);
  change.mutable_create()->set_post_id("post");
  change.mutable_create()->set_author_id("author");
  change.mutable_create()->set_body(body);
  std::string entry = queue::EncodeEntry(change);
  queue::StampEntry(entry, push_ids.Next());
  return entry;
}

}  // namespace inkwell::testing
