// What store.h promises of dead letters, and of a write that is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/errors.h"
#include "services/flusher/store/sqlstate.h"
#include "tests/contract/store_contract.h"

namespace inkwell::testing {
namespace {

using flusher::OutcomeCounts;
using flusher::StoredDeadLetter;
using flusher::WriteSet;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class StoreDeadLettersContract : public StoreContract {
 protected:
  // As they are listed, a page at a time.
  std::vector<StoredDeadLetter> List(std::int64_t after_id = 0, int limit = 1000) {
    return store_->ListDeadLetters(after_id, limit).value();
  }
};

INSTANTIATE_TEST_SUITE_P(Fake, StoreDeadLettersContract, ::testing::Values(&NewFakeWorld));
INSTANTIATE_TEST_SUITE_P(Postgres, StoreDeadLettersContract, ::testing::Values(&NewPostgresWorld));
INSTANTIATE_TEST_SUITE_P(Partitioned, StoreDeadLettersContract,
                         ::testing::Values(&NewPartitionedWorld));
INSTANTIATE_TEST_SUITE_P(Pooled, StoreDeadLettersContract, ::testing::Values(&NewPooledWorld));

TEST_P(StoreDeadLettersContract, KeepsADeadLetterAsItWas) {
  const std::string entry("\0\1\xff entry '\"\\", 13);
  auto letter = DeadLetterOf(entry);
  letter.comment_id = IdOf(9);
  letter.sqlstate = "22021";
  letter.detail = "a detail";
  const auto counts = WriteAndCommit(SetOf({}, {letter, DeadLetterOf("")}));
  EXPECT_EQ(counts.dead, 2);
  const auto rows = world_->DeadLetters();
  ASSERT_THAT(rows, SizeIs(2));
  EXPECT_EQ(rows[0].partition, 3);
  EXPECT_EQ(rows[0].entry, entry);
  EXPECT_EQ(rows[0].reason, letter.reason);
  EXPECT_EQ(rows[0].sqlstate, "22021");
  EXPECT_EQ(rows[0].detail, "a detail");
  EXPECT_EQ(rows[0].comment_id, IdOf(9));
  EXPECT_EQ(rows[1].sqlstate, "");
  EXPECT_EQ(rows[1].comment_id, std::nullopt);
}

TEST_P(StoreDeadLettersContract, TakesBackWhatWaitedForACreate) {
  WriteAndCommit(SetOfEdits({BodyOf(1, 5, "edited", "first"), BodyOf(2, 5, "edited", "other")}));
  WriteAndCommit(SetOfEdits({DeleteOf(1, 7, "second")}));
  auto letter = DeadLetterOf("refused");
  letter.comment_id = IdOf(1);
  const WriteSet set = SetOf({CommentOf(1), CommentOf(3)}, {letter});
  auto transaction = Begin();
  ASSERT_TRUE(transaction->Write(set).ok());
  EXPECT_THAT(transaction->TakeBackDeadLetters(set).value(), ElementsAre("first", "second"));
  EXPECT_THAT(transaction->TakeBackDeadLetters(set).value(), IsEmpty());
  ASSERT_EQ(transaction->Commit(), absl::OkStatus());
  const auto left = world_->DeadLetters();
  ASSERT_THAT(left, SizeIs(2));
  EXPECT_EQ(left[0].entry, "other");
  EXPECT_EQ(left[1].entry, "refused") << "which no create mends";
}

TEST_P(StoreDeadLettersContract, TakesBackWhatItPutAsideItself) {
  const WriteSet set = SetOf({CommentOf(1)});
  auto transaction = Begin();
  ASSERT_TRUE(transaction->Write(SetOfEdits({BodyOf(1, 5, "edited", "an entry")})).ok());
  ASSERT_TRUE(transaction->Write(set).ok());
  EXPECT_THAT(transaction->TakeBackDeadLetters(set).value(), ElementsAre("an entry"));
  ASSERT_EQ(transaction->Commit(), absl::OkStatus());
  EXPECT_THAT(world_->DeadLetters(), IsEmpty());
}

TEST_P(StoreDeadLettersContract, LeavesThemWhereTheyAreUnlessItCommits) {
  WriteAndCommit(SetOfEdits({BodyOf(1, 5, "edited")}));
  const WriteSet set = SetOf({CommentOf(1)});
  auto transaction = Begin();
  ASSERT_TRUE(transaction->Write(set).ok());
  ASSERT_THAT(transaction->TakeBackDeadLetters(set).value(), SizeIs(1));
  transaction.reset();
  EXPECT_THAT(world_->DeadLetters(), SizeIs(1));
}

TEST_P(StoreDeadLettersContract, ListsAPageAtATime) {
  WriteAndCommit(SetOf({}, {DeadLetterOf("1"), DeadLetterOf("2"), DeadLetterOf("3")}));
  const auto first = List(0, 2);
  ASSERT_THAT(first, SizeIs(2));
  EXPECT_EQ(first[0].entry, "1");
  EXPECT_EQ(first[1].entry, "2");
  EXPECT_EQ(first[0].reason, DeadLetterOf("").reason);
  EXPECT_EQ(first[0].partition, 3);
  const auto second = List(first[1].dead_letter_id, 2);
  ASSERT_THAT(second, SizeIs(1));
  EXPECT_EQ(second[0].entry, "3");
  EXPECT_THAT(List(second[0].dead_letter_id, 2), IsEmpty());
}

TEST_P(StoreDeadLettersContract, DiscardsThemByTheirIds) {
  WriteAndCommit(SetOf({}, {DeadLetterOf("1"), DeadLetterOf("2"), DeadLetterOf("3")}));
  const auto letters = List();
  EXPECT_EQ(store_
                ->DiscardDeadLetters({letters[0].dead_letter_id, letters[2].dead_letter_id,
                                      letters[2].dead_letter_id + 1000})
                .value(),
            2);
  const auto left = world_->DeadLetters();
  ASSERT_THAT(left, SizeIs(1));
  EXPECT_EQ(left[0].entry, "2");
  EXPECT_EQ(store_->DiscardDeadLetters({}).value(), 0);
}

TEST_P(StoreDeadLettersContract, LocksAndRemovesOne) {
  WriteAndCommit(SetOf({}, {DeadLetterOf("1"), DeadLetterOf("2")}));
  const auto id = List()[0].dead_letter_id;
  auto transaction = store_->BeginUnlocked().value();
  const auto locked = transaction->LockDeadLetter(id).value();
  ASSERT_TRUE(locked.has_value());
  EXPECT_EQ(locked->entry, "1");
  EXPECT_EQ(transaction->RemoveDeadLetter(id), absl::OkStatus());
  EXPECT_EQ(transaction->LockDeadLetter(id).value(), std::nullopt);
  EXPECT_THAT(world_->DeadLetters(), SizeIs(2)) << "not yet committed";
  ASSERT_EQ(transaction->Commit(), absl::OkStatus());
  const auto left = world_->DeadLetters();
  ASSERT_THAT(left, SizeIs(1));
  EXPECT_EQ(left[0].entry, "2");
}

TEST_P(StoreDeadLettersContract, NeedsNoPartition) {
  const auto other = world_->NewStore();
  const auto held = other->Begin(0).value();
  auto transaction = store_->BeginUnlocked().value();
  ASSERT_NE(transaction, nullptr);
  EXPECT_EQ(transaction->Write(SetOf({CommentOf(1)})).value(), OutcomeCounts{.inserted = 1});
  ASSERT_EQ(transaction->Commit(), absl::OkStatus());
  EXPECT_THAT(world_->Rows(), SizeIs(1));
}

TEST_P(StoreDeadLettersContract, ARefusedWriteLeavesTheTransactionAsItWas) {
  const std::string bad = world_->RefusedBody();
  auto transaction = Begin();
  ASSERT_TRUE(transaction->Write(SetOf({CommentOf(1)})).ok());
  const WriteSet sets[] = {
      SetOf({CommentOf(2), CommentOf(3, bad)}, {DeadLetterOf("not kept")}),
      SetOfEdits({BodyOf(1, 5, bad), BodyOf(4, 5, "missing")}),
      SetOf({CommentOf(1), CommentOf(2, bad)}),
  };
  for (const auto& set : sets) {
    for (int times = 0; times < 2; ++times) {
      const auto status = transaction->Write(set).status();
      EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
      EXPECT_EQ(ReasonOf(status), "DATA_REFUSED");
      EXPECT_NE(flusher::SqlstateOf(status), "");
    }
    EXPECT_EQ(transaction->Write(SetOf({CommentOf(1)})).value(), OutcomeCounts{.duplicate = 1});
  }
  EXPECT_EQ(transaction->Write(SetOf({CommentOf(5)})).value(), OutcomeCounts{.inserted = 1});
  ASSERT_EQ(transaction->Commit(), absl::OkStatus());
  EXPECT_THAT(world_->Rows(), SizeIs(2));
  EXPECT_EQ(RowOf(1).revision, 0);
  EXPECT_THAT(world_->DeadLetters(), IsEmpty());
}

}  // namespace
}  // namespace inkwell::testing
