// What store.h promises of creates and of transactions, asked of the fake and of Postgres
// alike.
#include "tests/contract/store_contract.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/store_rows.h"

namespace inkwell::testing {
namespace {

using flusher::WriteSet;
using ::testing::IsEmpty;
using ::testing::SizeIs;

INSTANTIATE_TEST_SUITE_P(Fake, StoreContract, ::testing::Values(&NewFakeWorld));
INSTANTIATE_TEST_SUITE_P(Postgres, StoreContract, ::testing::Values(&NewPostgresWorld));
INSTANTIATE_TEST_SUITE_P(Partitioned, StoreContract, ::testing::Values(&NewPartitionedWorld));
INSTANTIATE_TEST_SUITE_P(Pooled, StoreContract, ::testing::Values(&NewPooledWorld));

TEST_P(StoreContract, WritesEveryFieldAsItWas) {
  auto full = CommentOf(1, "Grüße, 世界 \U0001F58B\tand\n\"quotes\" \\ and a ' \x7f");
  full.reply_to_id = IdOf(77);
  full.post_id = "post ÿ";
  full.author_id = "author ŝ";
  full.attributes_json = R"({"lang":"de","note":"a \"quoted\" ü \\ \n"})";
  full.create_time = WallTime(std::chrono::microseconds(-1));  // before 1970, and 2000
  full.update_time = TimeOf(5);
  full.revision = 12;
  full.body_revision = 11;
  full.attributes_revision = INT64_MAX;
  const auto plain = CommentOf(2, "x");
  WriteAndCommit(SetOf({full, plain}));

  const auto rows = world_->Rows();
  ASSERT_THAT(rows, SizeIs(2));
  const auto& row = rows.at(IdOf(1));
  EXPECT_EQ(row.post_id, full.post_id);
  EXPECT_EQ(row.author_id, full.author_id);
  EXPECT_EQ(row.reply_to_id, IdOf(77));
  EXPECT_EQ(row.body, full.body);
  EXPECT_EQ(row.attributes_json, full.attributes_json);
  EXPECT_EQ(row.create_time, full.create_time);
  EXPECT_EQ(row.update_time, full.update_time);
  EXPECT_EQ(row.delete_time, std::nullopt);
  EXPECT_EQ(row.revision, 12);
  EXPECT_EQ(row.body_revision, 11);
  EXPECT_EQ(row.attributes_revision, INT64_MAX);
  EXPECT_EQ(rows.at(IdOf(2)).reply_to_id, std::nullopt);
  EXPECT_EQ(rows.at(IdOf(2)).attributes_json, "{}");
  EXPECT_EQ(rows.at(IdOf(2)).create_time, plain.create_time);
}

TEST_P(StoreContract, WritesNothingOfAnEmptySet) {
  const auto counts = WriteAndCommit({});
  EXPECT_EQ(counts.Total(), 0);
  EXPECT_THAT(world_->Rows(), IsEmpty());
}

TEST_P(StoreContract, ShowsNothingBeforeCommit) {
  auto transaction = Begin();
  ASSERT_TRUE(transaction->Write(SetOf(CommentsOf(1, 3), {DeadLetterOf("entry")})).ok());
  EXPECT_THAT(world_->Rows(), IsEmpty());
  EXPECT_THAT(world_->DeadLetters(), IsEmpty());
}

TEST_P(StoreContract, RollsBackWhenDestroyed) {
  ASSERT_TRUE(Begin()->Write(SetOf(CommentsOf(1, 3), {DeadLetterOf("entry")})).ok());
  EXPECT_EQ(WriteAndCommit(SetOf(CommentsOf(3, 4))).inserted, 2);
  EXPECT_THAT(world_->Rows(), SizeIs(2));
  EXPECT_THAT(world_->DeadLetters(), IsEmpty());
}

TEST_P(StoreContract, LocksAPartitionForOneTransaction) {
  const auto other = world_->NewStore();
  auto transaction = Begin(5);
  ASSERT_NE(transaction, nullptr);
  EXPECT_EQ(other->Begin(5).value(), nullptr);
  EXPECT_NE(other->Begin(6).value(), nullptr);
  EXPECT_EQ(transaction->Commit(), absl::OkStatus());
  // Committed, though not yet destroyed.
  EXPECT_NE(other->Begin(5).value(), nullptr);
}

TEST_P(StoreContract, FreesThePartitionWhenDestroyed) {
  const auto other = world_->NewStore();
  Begin(5).reset();
  auto transaction = other->Begin(5).value();
  EXPECT_NE(transaction, nullptr);
  EXPECT_EQ(Begin(5), nullptr);
}

TEST_P(StoreContract, LetsTheFirstCreateWin) {
  WriteAndCommit(SetOf({CommentOf(1, "first")}));
  const auto counts = WriteAndCommit(SetOf({CommentOf(1, "second")}));
  EXPECT_EQ(counts.inserted, 0);
  EXPECT_EQ(counts.duplicate, 1);
  EXPECT_EQ(world_->Rows().at(IdOf(1)).body, "first");
}

TEST_P(StoreContract, WritesTheNewOnesAmongDuplicates) {
  WriteAndCommit(SetOf(CommentsOf(1, 50, "first")));
  const auto counts = WriteAndCommit(SetOf(CommentsOf(26, 75, "second")));
  EXPECT_EQ(counts.inserted, 25);
  EXPECT_EQ(counts.duplicate, 25);
  const auto rows = world_->Rows();
  EXPECT_THAT(rows, SizeIs(75));
  EXPECT_EQ(rows.at(IdOf(50)).body, "first");
  EXPECT_EQ(rows.at(IdOf(51)).body, "second");
}

TEST_P(StoreContract, WritesEveryFieldAmongDuplicates) {
  WriteAndCommit(SetOf({CommentOf(1)}));
  auto full = CommentOf(2, "Grüße");
  full.reply_to_id = IdOf(77);
  full.attributes_json = R"({"lang":"de"})";
  full.update_time = TimeOf(5);
  full.delete_time = TimeOf(6);
  full.revision = 13;
  full.body_revision = 12;
  full.attributes_revision = 11;
  WriteAndCommit(SetOf({CommentOf(1), full, CommentOf(3)}));
  const auto rows = world_->Rows();
  ASSERT_THAT(rows, SizeIs(3));
  const auto& row = rows.at(IdOf(2));
  EXPECT_EQ(row.post_id, "a post");
  EXPECT_EQ(row.author_id, "an author");
  EXPECT_EQ(row.reply_to_id, IdOf(77));
  EXPECT_EQ(row.body, "Grüße");
  EXPECT_EQ(row.attributes_json, full.attributes_json);
  EXPECT_EQ(row.create_time, full.create_time);
  EXPECT_EQ(row.update_time, full.update_time);
  EXPECT_EQ(row.delete_time, full.delete_time);
  EXPECT_EQ(row.revision, 13);
  EXPECT_EQ(row.body_revision, 12);
  EXPECT_EQ(row.attributes_revision, 11);
  EXPECT_EQ(rows.at(IdOf(3)).reply_to_id, std::nullopt);
  EXPECT_EQ(rows.at(IdOf(3)).delete_time, std::nullopt);
}

TEST_P(StoreContract, CountsDuplicatesOfEarlierWritesInTheTransaction) {
  auto transaction = Begin();
  EXPECT_EQ(transaction->Write(SetOf(CommentsOf(1, 10, "first"))).value().inserted, 10);
  const auto counts = transaction->Write(SetOf(CommentsOf(6, 15, "second"))).value();
  EXPECT_EQ(counts.inserted, 5);
  EXPECT_EQ(counts.duplicate, 5);
  EXPECT_EQ(transaction->Commit(), absl::OkStatus());
  const auto rows = world_->Rows();
  EXPECT_THAT(rows, SizeIs(15));
  EXPECT_EQ(rows.at(IdOf(10)).body, "first");
}

TEST_P(StoreContract, ChangesNothingWhenWrittenAgain) {
  const WriteSet set = SetOf(CommentsOf(1, 20), {DeadLetterOf("one"), DeadLetterOf("two")});
  WriteAndCommit(set);
  const auto counts = WriteAndCommit(set);
  EXPECT_EQ(counts.inserted, 0);
  EXPECT_EQ(counts.duplicate, 20);
  EXPECT_EQ(counts.dead, 2);
  EXPECT_THAT(world_->Rows(), SizeIs(20));
  EXPECT_THAT(world_->DeadLetters(), SizeIs(2));
}

TEST_P(StoreContract, TakesLargeBodiesAndManyRows) {
  const std::string large(1 << 20, 'x');
  EXPECT_EQ(WriteAndCommit(SetOf(CommentsOf(1, 20, large))).inserted, 20);
  EXPECT_EQ(WriteAndCommit(SetOf(CommentsOf(1001, 11'000))).inserted, 10'000);
  EXPECT_EQ(WriteAndCommit(SetOf(CommentsOf(1001, 11'000))).duplicate, 10'000);
  const auto rows = world_->Rows();
  EXPECT_THAT(rows, SizeIs(10'020));
  EXPECT_EQ(rows.at(IdOf(20)).body, large);
}

}  // namespace
}  // namespace inkwell::testing
