#include "tests/support/change_entries.h"

#include "common/queue/change_codec.h"

namespace inkwell::testing {

queue::v1::Change ChangeOf(int number, std::int64_t accept_time_us) {
  queue::v1::Change change;
  change.set_comment_id(std::string(IdOf(number).AsBytes()));
  change.set_accept_time_us(accept_time_us);
  return change;
}

std::string PushedEntry(const queue::v1::Change& change) {
  static queue::PushIds push_ids;
  std::string entry = queue::EncodeEntry(change);
  queue::StampEntry(entry, push_ids.Next());
  return entry;
}

std::string CreateEntry(int number, const std::string& body) {
  auto change = ChangeOf(number, 1'000'000 + number);
  change.mutable_create()->set_post_id("post");
  change.mutable_create()->set_author_id("author");
  change.mutable_create()->set_body(body);
  return PushedEntry(change);
}

std::string BodyEntry(int number, std::uint64_t revision, const std::string& body) {
  auto change = ChangeOf(number, static_cast<std::int64_t>(revision));
  change.set_revision(revision);
  change.mutable_update()->set_body(body);
  return PushedEntry(change);
}

std::string AttributesEntry(int number, std::uint64_t revision, const std::string& value) {
  auto change = ChangeOf(number, static_cast<std::int64_t>(revision));
  change.set_revision(revision);
  (*change.mutable_update()->mutable_attributes()->mutable_values())["key"] = value;
  return PushedEntry(change);
}

std::string DeleteEntry(int number, std::int64_t accept_time_us) {
  auto change = ChangeOf(number, accept_time_us);
  change.mutable_delete_();
  return PushedEntry(change);
}

}  // namespace inkwell::testing
