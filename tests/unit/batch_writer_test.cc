#include "services/flusher/flush/batch_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/flush_fixture.h"

namespace inkwell::flusher {
namespace {

using testing::AttributesEntry;
using testing::BodyEntry;
using testing::CreateEntry;
using testing::DeleteEntry;
using testing::FakeDatabase;
using testing::FakeStore;
using testing::IdOf;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class BatchWriterTest : public ::testing::TestWithParam<Folding> {
 protected:
  // Writes and commits.
  absl::StatusOr<OutcomeCounts> Write(const std::vector<std::string>& entries) {
    const auto transaction = store_.Begin(0).value();
    const std::vector<std::string_view> views(entries.begin(), entries.end());
    auto outcomes = BatchWriter(*transaction, 0, GetParam()).Write(views);
    if (!outcomes.ok()) return outcomes;
    EXPECT_EQ(transaction->Commit(), absl::OkStatus());
    return outcomes;
  }
  FakeDatabase::Row RowOf(int number) { return database_.rows().at(IdOf(number)); }

  FakeDatabase database_;
  FakeStore store_{database_};
};

INSTANTIATE_TEST_SUITE_P(Folding, BatchWriterTest, ::testing::Values(Folding::kOn, Folding::kOff));

TEST_P(BatchWriterTest, WritesEveryKind) {
  const auto outcomes = Write({CreateEntry(1, "first"), BodyEntry(1, 10, "edited"), CreateEntry(2),
                               DeleteEntry(2, 11), CreateEntry(1, "second")});
  ASSERT_TRUE(outcomes.ok()) << outcomes.status();
  EXPECT_EQ(outcomes->Total(), 5);
  EXPECT_EQ(outcomes->inserted, 2);
  EXPECT_EQ(outcomes->duplicate, 1);
  EXPECT_EQ(outcomes->conflated, GetParam() == Folding::kOn ? 2 : 0);
  EXPECT_EQ(RowOf(1).body, "edited");
  EXPECT_EQ(RowOf(2).body, "");
  EXPECT_TRUE(RowOf(2).delete_time.has_value());
}

TEST_P(BatchWriterTest, AnEditWaitsForItsCreate) {
  const auto waiting = Write({BodyEntry(1, 10, "edited"), AttributesEntry(1, 9, "a")});
  EXPECT_EQ(*waiting, OutcomeCounts{.dead = 2});
  EXPECT_THAT(database_.dead_letters(), SizeIs(2));
  const auto come = Write({CreateEntry(1, "first")});
  EXPECT_EQ(*come, OutcomeCounts{.inserted = 1}) << "the edits were counted before";
  EXPECT_THAT(database_.dead_letters(), IsEmpty());
  EXPECT_EQ(RowOf(1).body, "edited");
  EXPECT_EQ(RowOf(1).attributes_json, R"({"key":"a"})");
}

TEST_P(BatchWriterTest, ADeleteWaitsForItsCreate) {
  ASSERT_TRUE(Write({DeleteEntry(1, 10)}).ok());
  ASSERT_TRUE(Write({CreateEntry(1)}).ok());
  EXPECT_THAT(database_.dead_letters(), IsEmpty());
  EXPECT_TRUE(RowOf(1).delete_time.has_value());
}

TEST_P(BatchWriterTest, FindsTheBadOnesAmongMany) {
  std::vector<std::string> entries;
  for (int i = 0; i < 500; ++i) entries.push_back(CreateEntry(i));
  for (const int bad : {0, 1, 250, 498, 499}) database_.Poison(IdOf(bad));
  entries.insert(entries.begin() + 100, "garbage");
  const auto outcomes = Write(entries);
  ASSERT_TRUE(outcomes.ok()) << outcomes.status();
  EXPECT_EQ(*outcomes, (OutcomeCounts{.inserted = 495, .dead = 6}));
  EXPECT_THAT(database_.rows(), SizeIs(495));
  const auto letters = database_.dead_letters();
  ASSERT_THAT(letters, SizeIs(6));
  EXPECT_EQ(letters[0].reason, "DATA_REFUSED");
  EXPECT_EQ(letters[0].sqlstate, "22000");
  EXPECT_EQ(letters[0].detail, "the fake database refuses this comment");
  EXPECT_EQ(letters[0].comment_id, IdOf(0));
  EXPECT_EQ(letters[0].entry, entries[0]);
  EXPECT_EQ(letters[2].reason, "UNDECODABLE");
  EXPECT_EQ(letters[2].entry, "garbage");
}

TEST_P(BatchWriterTest, ABadEditLeavesItsComment) {
  database_.PoisonBody("poison");
  const auto outcomes = Write({CreateEntry(1, "first"), BodyEntry(1, 10, "poison"),
                               AttributesEntry(1, 11, "a"), CreateEntry(2)});
  ASSERT_TRUE(outcomes.ok()) << outcomes.status();
  EXPECT_EQ(outcomes->dead, 1);
  EXPECT_EQ(outcomes->Total(), 4);
  EXPECT_EQ(RowOf(1).body, "first");
  EXPECT_EQ(RowOf(1).attributes_json, R"({"key":"a"})");
  EXPECT_THAT(database_.dead_letters(), SizeIs(1));
}

TEST_P(BatchWriterTest, ABadEditThatWaitedSparesItsCreate) {
  database_.PoisonBody("poison");
  // As by a flusher whose table did not refuse it then.
  const std::string bad = BodyEntry(1, 10, "poison");
  {
    const auto transaction = store_.Begin(0).value();
    WriteSet set;
    set.dead_letters.push_back({0, bad, IdOf(1), std::string(kCommentNotFound), "", ""});
    ASSERT_TRUE(transaction->Write(set).ok());
    ASSERT_TRUE(transaction->Commit().ok());
  }
  ASSERT_TRUE(Write({AttributesEntry(1, 11, "a")}).ok());
  const auto outcomes = Write({CreateEntry(1, "first")});
  ASSERT_TRUE(outcomes.ok()) << outcomes.status();
  EXPECT_EQ(*outcomes, OutcomeCounts{.inserted = 1});
  EXPECT_EQ(RowOf(1).body, "first");
  EXPECT_EQ(RowOf(1).attributes_json, R"({"key":"a"})");
  ASSERT_THAT(database_.dead_letters(), SizeIs(1));
  EXPECT_EQ(database_.dead_letters()[0].reason, "DATA_REFUSED");
  EXPECT_EQ(database_.dead_letters()[0].entry, bad);
}

TEST_P(BatchWriterTest, AnOutageMakesNoDeadLetter) {
  database_.Poison(IdOf(1));
  database_.FailNext(FakeDatabase::Step::kWrite);
  EXPECT_TRUE(absl::IsUnavailable(Write({CreateEntry(1), CreateEntry(2)}).status()));
  EXPECT_THAT(database_.dead_letters(), IsEmpty());
  EXPECT_THAT(database_.rows(), IsEmpty());
}

TEST_P(BatchWriterTest, WrittenAgainChangesNothing) {
  database_.PoisonBody("poison");
  const std::vector<std::string> entries{CreateEntry(1),
                                         BodyEntry(1, 10, "edited"),
                                         BodyEntry(1, 9, "older"),
                                         "garbage",
                                         CreateEntry(2),
                                         DeleteEntry(2, 11),
                                         BodyEntry(3, 10, "nobody"),
                                         CreateEntry(4, "poison")};
  ASSERT_TRUE(Write(entries).ok());
  const auto rows = database_.rows();
  const auto again = Write(entries);
  EXPECT_EQ(again->Total(), static_cast<std::int64_t>(entries.size()));
  EXPECT_EQ(again->inserted + again->updated + again->deleted, 0);
  EXPECT_EQ(database_.rows(), rows);
  EXPECT_THAT(database_.dead_letters(), SizeIs(3));
}

}  // namespace
}  // namespace inkwell::flusher
