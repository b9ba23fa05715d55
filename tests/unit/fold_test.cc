#include "services/flusher/flush/fold.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/queue/change_codec.h"
#include "services/flusher/flush/decode.h"
#include "tests/unit/flush_fixture.h"

namespace inkwell::flusher {
namespace {

using testing::AttributesEntry;
using testing::BodyEntry;
using testing::CreateEntry;
using testing::DeleteEntry;
using ::testing::ElementsAre;
using testing::IdOf;
using ::testing::IsEmpty;
using ::testing::SizeIs;

WallTime At(int microseconds) { return WallTime(std::chrono::microseconds(microseconds)); }

TEST(Decode, PutsAsideWhatIsNoChange) {
  const auto letter = std::get<DeadLetter>(Decode(2, "garbage"));
  EXPECT_EQ(letter.entry, "garbage");
  EXPECT_EQ(letter.partition, 2);
  EXPECT_EQ(letter.reason, "UNDECODABLE");
  EXPECT_EQ(letter.comment_id, std::nullopt);
}

TEST(Decode, KeepsTheIdOfAnUnknownKind) {
  queue::v1::Change change;
  change.set_comment_id(std::string(IdOf(7).AsBytes()));
  const std::string entry = queue::EncodeEntry(change);
  const auto letter = std::get<DeadLetter>(Decode(0, entry));
  EXPECT_EQ(letter.reason, "UNKNOWN_KIND");
  EXPECT_EQ(letter.comment_id, IdOf(7));
}

// What entries of partition 2 fold to.
class Folded {
 public:
  explicit Folded(std::vector<std::string> entries)
      : entries_(std::move(entries)),
        folded_(Fold(2, std::vector<std::string_view>(entries_.begin(), entries_.end()))) {}

  [[nodiscard]] const WriteSet& writes() const { return folded_.writes; }
  [[nodiscard]] const OutcomeCounts& outcomes() const { return folded_.outcomes; }
  [[nodiscard]] const std::vector<DeadLetter>& dead_letters() const { return folded_.dead_letters; }
  [[nodiscard]] const std::vector<std::string>& entries() const { return entries_; }

 private:
  const std::vector<std::string> entries_;
  const FoldedBatch folded_;
};

TEST(Fold, PutsAsideWhatIsNoChange) {
  const Folded folded({"garbage", CreateEntry(1), "", CreateEntry(2)});
  EXPECT_THAT(folded.writes().creates, SizeIs(2));
  ASSERT_THAT(folded.dead_letters(), SizeIs(2));
  EXPECT_EQ(folded.dead_letters()[0].entry, folded.entries()[0]);
  EXPECT_EQ(folded.dead_letters()[1].entry, "");
}

TEST(Fold, FirstCreateOfAnIdWins) {
  const std::string first = CreateEntry(1, "first");
  const std::string other = CreateEntry(2, "other");
  const std::string second = CreateEntry(1, "second");
  const Folded folded({first, other, second});
  ASSERT_THAT(folded.writes().creates, SizeIs(2));
  EXPECT_EQ(folded.writes().creates[0].body, "first");
  EXPECT_EQ(folded.writes().creates[1].body, "other");
  EXPECT_EQ(folded.outcomes().duplicate, 1);
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
  const Folded folded({entry});
  ASSERT_THAT(folded.writes().creates, SizeIs(1));
  const NewComment& comment = folded.writes().creates[0];
  EXPECT_EQ(comment.comment_id, IdOf(1));
  EXPECT_EQ(comment.post_id, "p");
  EXPECT_EQ(comment.author_id, "a");
  EXPECT_EQ(comment.reply_to_id, IdOf(2));
  EXPECT_EQ(comment.body, "b");
  EXPECT_EQ(comment.attributes_json, "{\"quote\":\"\\\"\\\\\\n\u00e9\"}");
  EXPECT_EQ(comment.create_time, WallTime(std::chrono::microseconds(123'456)));
}

TEST(Fold, EditsOfACommentBecomeOne) {
  const Folded folded({BodyEntry(1, 10, "one"), BodyEntry(2, 11, "other"), BodyEntry(1, 12, "two"),
                       AttributesEntry(1, 11, "a")});
  EXPECT_EQ(folded.writes().partition, 2);
  EXPECT_THAT(folded.writes().creates, IsEmpty());
  ASSERT_THAT(folded.writes().edits, SizeIs(2));
  const CommentEdit& edit = folded.writes().edits[0];
  EXPECT_EQ(edit.comment_id, IdOf(1));
  EXPECT_EQ(edit.body, "two");
  EXPECT_EQ(edit.body_revision, 12);
  EXPECT_EQ(edit.attributes_json, R"({"key":"a"})");
  EXPECT_EQ(edit.attributes_revision, 11);
  EXPECT_EQ(edit.revision, 12);
  EXPECT_EQ(edit.update_time, At(12));
  EXPECT_EQ(edit.delete_time, std::nullopt);
  EXPECT_THAT(edit.entries,
              ElementsAre(folded.entries()[0], folded.entries()[2], folded.entries()[3]));
  EXPECT_EQ(folded.outcomes().Total(), 0) << "the store counts them";
}

TEST(Fold, TheLargerRevisionWinsWhateverTheOrder) {
  const Folded folded({BodyEntry(1, 12, "newer"), BodyEntry(1, 11, "older"),
                       AttributesEntry(1, 14, "newer"), AttributesEntry(1, 13, "older")});
  ASSERT_THAT(folded.writes().edits, SizeIs(1));
  const CommentEdit& edit = folded.writes().edits[0];
  EXPECT_EQ(edit.body, "newer");
  EXPECT_EQ(edit.attributes_json, R"({"key":"newer"})");
  EXPECT_EQ(edit.revision, 14);
  EXPECT_EQ(edit.update_time, At(14));
}

TEST(Fold, EmptyAttributesAreNotUnsetOnes) {
  auto change = testing::ChangeOf(1, 10);
  change.set_revision(10);
  change.mutable_update()->mutable_attributes();
  const Folded folded({testing::PushedEntry(change)});
  EXPECT_EQ(folded.writes().edits[0].attributes_json, "{}");
  EXPECT_EQ(folded.writes().edits[0].body, std::nullopt);
}

TEST(Fold, AnUpdateOfNothingChangesNothing) {
  auto change = testing::ChangeOf(1, 10);
  change.set_revision(10);
  change.mutable_update();
  const Folded folded({testing::PushedEntry(change)});
  const CommentEdit& edit = folded.writes().edits[0];
  EXPECT_EQ(edit.revision, 0);
  EXPECT_THAT(edit.entries, SizeIs(1));
}

TEST(Fold, TheEarliestDeleteIsTheEnd) {
  const Folded folded({BodyEntry(1, 10, "before"), DeleteEntry(1, 13), BodyEntry(1, 14, "after"),
                       DeleteEntry(1, 12), DeleteEntry(1, 15)});
  ASSERT_THAT(folded.writes().edits, SizeIs(1));
  const CommentEdit& edit = folded.writes().edits[0];
  EXPECT_EQ(edit.delete_time, At(12));
  EXPECT_THAT(edit.entries, SizeIs(5));
}

TEST(Fold, EditsGoIntoTheirCreate) {
  const Folded folded({AttributesEntry(1, 9, "a"), CreateEntry(2), CreateEntry(1, "first"),
                       BodyEntry(1, 10, "edited"), CreateEntry(1, "second")});
  ASSERT_THAT(folded.writes().creates, SizeIs(2));
  const NewComment& comment = folded.writes().creates[1];
  EXPECT_EQ(comment.body, "edited");
  EXPECT_EQ(comment.body_revision, 10);
  EXPECT_EQ(comment.attributes_json, R"({"key":"a"})") << "though it came before the create";
  EXPECT_EQ(comment.attributes_revision, 9);
  EXPECT_EQ(comment.revision, 10);
  EXPECT_EQ(comment.update_time, At(10));
  ASSERT_EQ(comment.edit, 0U);
  EXPECT_EQ(folded.writes().creates[0].edit, std::nullopt);
  EXPECT_THAT(folded.writes().edits, IsEmpty());
  ASSERT_THAT(folded.writes().edits_of_creates, SizeIs(1));
  EXPECT_EQ(folded.writes().edits_of_creates[0].body, "edited");
  EXPECT_THAT(folded.writes().edits_of_creates[0].entries, SizeIs(2));
  EXPECT_EQ(folded.outcomes().duplicate, 1);
}

TEST(Fold, ACommentCreatedAndDeletedIsATombstone) {
  const Folded folded({CreateEntry(1, "text"), BodyEntry(1, 10, "edited"), DeleteEntry(1, 11)});
  ASSERT_THAT(folded.writes().creates, SizeIs(1));
  const NewComment& comment = folded.writes().creates[0];
  EXPECT_EQ(comment.body, "");
  EXPECT_EQ(comment.attributes_json, "{}");
  EXPECT_EQ(comment.delete_time, At(11));
  EXPECT_EQ(comment.update_time, comment.create_time);
  EXPECT_EQ(comment.revision, 0);
  EXPECT_EQ(comment.body_revision, 0);
}

TEST(Fold, AHundredEditsOfAComment) {
  std::vector<std::string> entries;
  for (std::uint64_t i = 1; i <= 100; ++i) {
    for (int id = 0; id < 10; ++id) entries.push_back(BodyEntry(id, i, std::to_string(i)));
  }
  const Folded folded(entries);
  ASSERT_THAT(folded.writes().edits, SizeIs(10));
  for (const auto& edit : folded.writes().edits) EXPECT_EQ(edit.body, "100");
}

}  // namespace
}  // namespace inkwell::flusher
