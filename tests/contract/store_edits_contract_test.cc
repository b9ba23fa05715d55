// What store.h promises of updates and deletes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "tests/contract/store_contract.h"

namespace inkwell::testing {
namespace {

using flusher::CommentEdit;
using flusher::NewComment;
using flusher::OutcomeCounts;
using flusher::WriteSet;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class StoreEditsContract : public StoreContract {};

INSTANTIATE_TEST_SUITE_P(Fake, StoreEditsContract, ::testing::Values(&NewFakeWorld));
INSTANTIATE_TEST_SUITE_P(Postgres, StoreEditsContract, ::testing::Values(&NewPostgresWorld));
INSTANTIATE_TEST_SUITE_P(Partitioned, StoreEditsContract, ::testing::Values(&NewPartitionedWorld));
INSTANTIATE_TEST_SUITE_P(Pooled, StoreEditsContract, ::testing::Values(&NewPooledWorld));

// A create with a later update of its body, as folding makes them one.
WriteSet CreateWithBody(NewComment create, const CommentEdit& edit) {
  create.body = *edit.body;
  create.body_revision = edit.body_revision;
  create.revision = edit.revision;
  create.update_time = edit.update_time;
  create.edit = 0;
  WriteSet set = SetOf({create});
  set.edits_of_creates = {edit};
  return set;
}

TEST_P(StoreEditsContract, UpdatesWhatIsSetAndLeavesTheRest) {
  auto comment = CommentOf(1, "first");
  comment.attributes_json = R"({"lang":"de"})";
  comment.reply_to_id = IdOf(9);
  WriteAndCommit(SetOf({comment, CommentOf(2, "untouched")}));
  const auto counts = WriteAndCommit(SetOfEdits({BodyOf(1, 5, "Grüße")}));
  EXPECT_EQ(counts, OutcomeCounts{.updated = 1});
  const auto row = RowOf(1);
  EXPECT_EQ(row.body, "Grüße");
  EXPECT_EQ(row.attributes_json, R"({"lang":"de"})");
  EXPECT_EQ(row.reply_to_id, IdOf(9));
  EXPECT_EQ(row.create_time, TimeOf(1));
  EXPECT_EQ(row.update_time, TimeOf(5));
  EXPECT_EQ(row.revision, 5);
  EXPECT_EQ(row.body_revision, 5);
  EXPECT_EQ(row.attributes_revision, 0);
  EXPECT_EQ(RowOf(2).body, "untouched");
}

TEST_P(StoreEditsContract, AnOlderEditChangesNothing) {
  WriteAndCommit(SetOf({CommentOf(1)}));
  WriteAndCommit(SetOfEdits({BodyOf(1, 5, "newer")}));
  const auto before = RowOf(1);
  EXPECT_EQ(WriteAndCommit(SetOfEdits({BodyOf(1, 4, "older")})), OutcomeCounts{.stale = 1});
  EXPECT_EQ(WriteAndCommit(SetOfEdits({BodyOf(1, 5, "as old")})), OutcomeCounts{.stale = 1});
  EXPECT_EQ(RowOf(1), before);
}

TEST_P(StoreEditsContract, AnOlderEditOfAnotherFieldIsNotLost) {
  WriteAndCommit(SetOf({CommentOf(1)}));
  WriteAndCommit(SetOfEdits({BodyOf(1, 5, "newer")}));
  const auto counts = WriteAndCommit(SetOfEdits({AttributesOf(1, 4, R"({"a":"b"})")}));
  EXPECT_EQ(counts, OutcomeCounts{.updated = 1});
  const auto row = RowOf(1);
  EXPECT_EQ(row.body, "newer");
  EXPECT_EQ(row.attributes_json, R"({"a":"b"})");
  EXPECT_EQ(row.attributes_revision, 4);
  EXPECT_EQ(row.revision, 5);
  EXPECT_EQ(row.update_time, TimeOf(5)) << "that of the newest update";
}

TEST_P(StoreEditsContract, AnEditOfBothAppliesAsFarAsItIsNewer) {
  WriteAndCommit(SetOf({CommentOf(1)}));
  WriteAndCommit(SetOfEdits({BodyOf(1, 5, "newer")}));
  auto both = BodyOf(1, 4, "older");
  both.attributes_json = R"({"a":"b"})";
  both.attributes_revision = 4;
  EXPECT_EQ(WriteAndCommit(SetOfEdits({both})), OutcomeCounts{.updated = 1});
  EXPECT_EQ(RowOf(1).body, "newer");
  EXPECT_EQ(RowOf(1).attributes_json, R"({"a":"b"})");
}

TEST_P(StoreEditsContract, TheOrderOfEditsMakesNoDifference) {
  std::array edits{BodyOf(1, 1, "one"), AttributesOf(1, 2, R"({"r":"2"})"), BodyOf(1, 3, "three"),
                   AttributesOf(1, 4, R"({"r":"4"})")};
  std::array<std::size_t, 4> order{0, 1, 2, 3};
  do {
    auto transaction = Begin();
    ASSERT_TRUE(transaction->Write(SetOf({CommentOf(1)})).ok());
    for (const auto i : order) ASSERT_TRUE(transaction->Write(SetOfEdits({edits[i]})).ok());
    // Seen by the next write of the transaction, which changes nothing.
    const auto stale = transaction->Write(SetOfEdits({edits[3]})).value();
    EXPECT_EQ(stale, OutcomeCounts{.stale = 1});
    auto last = BodyOf(1, 3, "no newer");
    last.attributes_json = "{}";
    last.attributes_revision = 4;
    EXPECT_EQ(transaction->Write(SetOfEdits({last})).value(), OutcomeCounts{.stale = 1});
    if (order == std::array<std::size_t, 4>{3, 2, 1, 0}) {
      ASSERT_EQ(transaction->Commit(), absl::OkStatus());
    }
  } while (std::next_permutation(order.begin(), order.end()));
  const auto row = RowOf(1);
  EXPECT_EQ(row.body, "three");
  EXPECT_EQ(row.attributes_json, R"({"r":"4"})");
  EXPECT_EQ(row.revision, 4);
  EXPECT_EQ(row.update_time, TimeOf(4));
}

TEST_P(StoreEditsContract, DeleteLeavesATombstoneForGood) {
  auto comment = CommentOf(1, "text");
  comment.attributes_json = R"({"a":"b"})";
  WriteAndCommit(SetOf({comment}));
  EXPECT_EQ(WriteAndCommit(SetOfEdits({DeleteOf(1, 7)})), OutcomeCounts{.deleted = 1});
  const auto tombstone = RowOf(1);
  EXPECT_EQ(tombstone.body, "");
  EXPECT_EQ(tombstone.attributes_json, "{}");
  EXPECT_EQ(tombstone.delete_time, TimeOf(7));
  EXPECT_EQ(tombstone.post_id, "a post");

  EXPECT_EQ(WriteAndCommit(SetOfEdits({BodyOf(1, 9, "later")})), OutcomeCounts{.stale = 1});
  EXPECT_EQ(WriteAndCommit(SetOfEdits({DeleteOf(1, 8)})), OutcomeCounts{.stale = 1});
  EXPECT_EQ(WriteAndCommit(SetOf({CommentOf(1, "again")})), OutcomeCounts{.duplicate = 1});
  EXPECT_EQ(RowOf(1), tombstone);
}

TEST_P(StoreEditsContract, ATombstoneTellsNothingOfUpdates) {
  WriteAndCommit(SetOf({CommentOf(1)}));
  WriteAndCommit(SetOfEdits({BodyOf(1, 5, "edited")}));
  auto edit = AttributesOf(1, 6, R"({"a":"b"})");
  edit.delete_time = TimeOf(7);
  edit.entries = {"an update", "a delete"};
  EXPECT_EQ(WriteAndCommit(SetOfEdits({edit})), (OutcomeCounts{.deleted = 1, .conflated = 1}));
  const auto row = RowOf(1);
  EXPECT_EQ(row.body, "");
  EXPECT_EQ(row.attributes_json, "{}");
  EXPECT_EQ(row.body_revision, 0);
  EXPECT_EQ(row.attributes_revision, 0);
  EXPECT_EQ(row.revision, 0);
  EXPECT_EQ(row.update_time, row.create_time);
}

TEST_P(StoreEditsContract, TheEarliestDeleteCounts) {
  WriteAndCommit(SetOf({CommentOf(1)}));
  WriteAndCommit(SetOfEdits({DeleteOf(1, 7)}));
  EXPECT_EQ(WriteAndCommit(SetOfEdits({DeleteOf(1, 6)})), OutcomeCounts{.deleted = 1});
  EXPECT_EQ(WriteAndCommit(SetOfEdits({DeleteOf(1, 6)})), OutcomeCounts{.stale = 1});
  EXPECT_EQ(RowOf(1).delete_time, TimeOf(6));
}

TEST_P(StoreEditsContract, CountsEachEntryOnce) {
  WriteAndCommit(SetOf(CommentsOf(1, 3)));
  auto several = BodyOf(1, 5, "newer");
  several.entries = {"1", "2", "3"};
  auto missing = BodyOf(9, 5, "newer");
  missing.entries = {"4", "5"};
  auto deleted = DeleteOf(2, 5);
  deleted.entries = {"6", "7", "8", "9"};
  const auto counts =
      WriteAndCommit(SetOfEdits({several, missing, deleted, BodyOf(3, 5, "newer", "10")}));
  EXPECT_EQ(counts, (OutcomeCounts{.updated = 2, .deleted = 1, .conflated = 5, .dead = 2}));
  const auto again = WriteAndCommit(SetOfEdits({several, missing, deleted}));
  EXPECT_EQ(again, (OutcomeCounts{.stale = 7, .dead = 2}));
}

TEST_P(StoreEditsContract, ACreateWithEditsIsOneInsert) {
  auto edit = BodyOf(1, 5, "edited");
  edit.entries = {"1", "2"};
  const auto set = CreateWithBody(CommentOf(1, "first"), edit);
  EXPECT_EQ(WriteAndCommit(set), (OutcomeCounts{.inserted = 1, .conflated = 2}));
  const auto row = RowOf(1);
  EXPECT_EQ(row.body, "edited");
  EXPECT_EQ(row.revision, 5);
  // Not yet trimmed, it comes again.
  EXPECT_EQ(WriteAndCommit(set), (OutcomeCounts{.duplicate = 1, .stale = 2}));
  EXPECT_EQ(RowOf(1), row);
}

TEST_P(StoreEditsContract, ADuplicateCreateStillBringsItsEdits) {
  WriteAndCommit(SetOf({CommentOf(1, "first"), CommentOf(2, "first")}));
  auto edit = BodyOf(1, 5, "edited");
  edit.entries = {"1", "2"};
  auto set = CreateWithBody(CommentOf(1, "second"), edit);
  set.creates.push_back(CommentOf(2, "second"));
  set.creates.push_back(CommentOf(3, "third"));
  EXPECT_EQ(WriteAndCommit(set),
            (OutcomeCounts{.inserted = 1, .updated = 1, .conflated = 1, .duplicate = 2}));
  EXPECT_EQ(RowOf(1).body, "edited");
  EXPECT_EQ(RowOf(1).create_time, TimeOf(1));
  EXPECT_EQ(RowOf(2).body, "first");
  EXPECT_EQ(RowOf(3).body, "third");
}

TEST_P(StoreEditsContract, EditsWithoutACommentBecomeDeadLetters) {
  auto edit = BodyOf(1, 5, "edited");
  edit.entries = {"one", std::string_view("t\0o", 3)};
  EXPECT_EQ(WriteAndCommit(SetOfEdits({edit})), OutcomeCounts{.dead = 2});
  EXPECT_EQ(WriteAndCommit(SetOfEdits({edit})), OutcomeCounts{.dead = 2}) << "again";
  EXPECT_THAT(world_->Rows(), IsEmpty());
  const auto letters = world_->DeadLetters();
  ASSERT_THAT(letters, SizeIs(2));
  EXPECT_EQ(letters[0].reason, flusher::kCommentNotFound);
  EXPECT_EQ(letters[0].partition, 3);
  EXPECT_EQ(letters[0].comment_id, IdOf(1));
  EXPECT_EQ(letters[0].entry, "one");
  EXPECT_EQ(letters[0].sqlstate, "");
  EXPECT_EQ(letters[1].entry, std::string("t\0o", 3));
}

TEST_P(StoreEditsContract, WritesManyAtATime) {
  WriteAndCommit(SetOf(CommentsOf(1, 5000)));
  std::vector<CommentEdit> edits;
  for (int i = 1; i <= 6000; ++i) edits.push_back(BodyOf(i, 5, "edited", "an update"));
  const auto counts = WriteAndCommit(SetOfEdits(edits));
  EXPECT_EQ(counts, (OutcomeCounts{.updated = 5000, .dead = 1000}));
  EXPECT_EQ(RowOf(5000).body, "edited");
  edits.resize(5000);
  EXPECT_EQ(WriteAndCommit(SetOfEdits(edits)), OutcomeCounts{.stale = 5000});
}

}  // namespace
}  // namespace inkwell::testing
