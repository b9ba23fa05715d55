#include "common/queue/change_codec.h"

#include <gtest/gtest.h>

namespace inkwell::queue {
namespace {

v1::Change SomeChange() {
  v1::Change change;
  change.set_comment_id(std::string(16, 'i'));
  change.set_accept_time_us(1'700'000'000'000'000);
  change.mutable_create()->set_post_id("post");
  change.mutable_create()->set_body("body");
  return change;
}

TEST(ChangeCodec, RoundTrips) {
  std::string entry = EncodeEntry(SomeChange());
  StampEntry(entry, 0x1122334455667788);
  v1::Change decoded;
  ASSERT_TRUE(decoded.ParseFromString(entry));
  EXPECT_EQ(decoded.push_id(), 0x1122334455667788u);
  EXPECT_EQ(decoded.create().body(), "body");
  EXPECT_EQ(decoded.accept_time_us(), 1'700'000'000'000'000);
}

TEST(ChangeCodec, StampingAgainChangesNothingElse) {
  std::string entry = EncodeEntry(SomeChange());
  StampEntry(entry, 1);
  const std::string first = entry;
  StampEntry(entry, 2);
  EXPECT_NE(entry, first);
  EXPECT_EQ(entry.substr(9), first.substr(9));
}

TEST(ChangeCodec, GivesAnUpdateItsRevisionInPlace) {
  auto change = SomeChange();
  change.mutable_update()->set_body("new");
  std::string entry = EncodeEntry(change);
  EXPECT_TRUE(LacksRevision(entry));
  v1::Change decoded;
  SetRevision(entry, 1'700'000'000'000'001);
  StampEntry(entry, 5);
  EXPECT_FALSE(LacksRevision(entry));
  EXPECT_EQ(RevisionOf(entry), 1'700'000'000'000'001);
  ASSERT_TRUE(decoded.ParseFromString(entry));
  EXPECT_EQ(decoded.revision(), 1'700'000'000'000'001u);
  EXPECT_EQ(decoded.push_id(), 5u);
  EXPECT_EQ(decoded.update().body(), "new");
  EXPECT_FALSE(LacksRevision(EncodeEntry(SomeChange()))) << "a create needs none";
}

TEST(ChangeCodec, AppendsTheTrace) {
  const auto trace = TraceContext::FromBytes("the trace's id..and span");
  ASSERT_TRUE(trace.has_value());
  auto update = SomeChange();
  update.mutable_update()->set_body("new");
  for (v1::Change change : {SomeChange(), update}) {
    std::string entry = EncodeEntry(change);
    const std::size_t bytes = entry.size();
    AppendTrace(entry, *trace);
    EXPECT_EQ(entry.size(), bytes + 26) << "what a traced change costs in Redis";
    v1::Change decoded;
    ASSERT_TRUE(decoded.ParseFromString(entry));
    EXPECT_EQ(TraceContext::FromBytes(decoded.trace_context()), trace);
    decoded.clear_trace_context();
    EXPECT_EQ(EncodeEntry(decoded), EncodeEntry(change)) << "and nothing else is changed";
  }
}

TEST(PushIds, AreNeverTheSame) {
  PushIds ids;
  PushIds others;
  const auto first = ids.Next();
  EXPECT_EQ(ids.Next(), first + 1);
  EXPECT_NE(others.Next(), first + 2);
}

}  // namespace
}  // namespace inkwell::queue
