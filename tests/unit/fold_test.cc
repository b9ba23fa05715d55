#include "services/flusher/flush/fold.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/flusher/flush/decode.h"
#include "tests/unit/flush_fixture.h"

namespace inkwell::flusher {
namespace {

using testing::CreateEntry;
using testing::IdOf;
using ::testing::SizeIs;

TEST(Decode, PutsAsideWhatIsNoChange) {
  const std::string good = CreateEntry(1);
  const DecodedBatch batch = Decode(2, {"garbage", good, ""});
  EXPECT_THAT(batch.changes, SizeIs(1));
  ASSERT_THAT(batch.dead_letters, SizeIs(2));
  EXPECT_EQ(batch.dead_letters[0].entry, "garbage");
  EXPECT_EQ(batch.dead_letters[0].partition, 2);
  EXPECT_EQ(batch.dead_letters[0].reason, "UNDECODABLE");
  EXPECT_EQ(batch.dead_letters[0].comment_id, std::nullopt);
}

TEST(Decode, KeepsTheIdOfAnUnknownKind) {
  queue::v1::Change change;
  change.set_comment_id(std::string(IdOf(7).AsBytes()));
  const std::string entry = queue::EncodeEntry(change);
  const DecodedBatch batch = Decode(0, {entry});
  ASSERT_THAT(batch.dead_letters, SizeIs(1));
  EXPECT_EQ(batch.dead_letters[0].reason, "UNKNOWN_KIND");
  EXPECT_EQ(batch.dead_letters[0].comment_id, IdOf(7));
}

TEST(Fold, FirstCreateOfAnIdWins) {
  const std::string first = CreateEntry(1, "first");
  const std::string other = CreateEntry(2, "other");
  const std::string second = CreateEntry(1, "second");
  const DecodedBatch batch = Decode(0, {first, other, second});
  const FoldedBatch folded = Fold(batch);
  ASSERT_THAT(folded.writes.creates, SizeIs(2));
  EXPECT_EQ(folded.writes.creates[0].body, "first");
  EXPECT_EQ(folded.writes.creates[1].body, "other");
  EXPECT_EQ(folded.outcomes.duplicate, 1);
}

TEST(Fold, TakesEveryField) {
  queue::v1::Change change;
  change.set_comment_id(std::string(IdOf(1).AsBytes()));
  change.set_accept_time_us(123'456);
  auto& create = *change.mutable_create();
  create.set_post_id("p");
  create.set_author_id("a");
  create.set_reply_to_id(std::string(IdOf(2).AsBytes()));
  create.set_body("b");
  (*create.mutable_attributes())["quote"] = "\"\\\n\u00e9";
  const std::string entry = queue::EncodeEntry(change);
  const DecodedBatch batch = Decode(0, {entry});
  const FoldedBatch folded = Fold(batch);
  ASSERT_THAT(folded.writes.creates, SizeIs(1));
  const NewComment& comment = folded.writes.creates[0];
  EXPECT_EQ(comment.comment_id, IdOf(1));
  EXPECT_EQ(comment.post_id, "p");
  EXPECT_EQ(comment.author_id, "a");
  EXPECT_EQ(comment.reply_to_id, IdOf(2));
  EXPECT_EQ(comment.body, "b");
  EXPECT_EQ(comment.attributes_json, "{\"quote\":\"\\\"\\\\\\n\u00e9\"}");
  EXPECT_EQ(comment.create_time, WallTime(std::chrono::microseconds(123'456)));
}

}  // namespace
}  // namespace inkwell::flusher
