// Dead letters listed, replayed and discarded, with the database in memory.

#include "services/flusher/operator/dead_letter_office.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/text_serializer.h>

#include <string>
#include <vector>

#include "common/base/errors.h"
#include "services/flusher/flush/batch_writer.h"
#include "tests/support/change_entries.h"
#include "tests/support/fake_store.h"

namespace inkwell::flusher {
namespace {

using testing::BodyEntry;
using testing::CreateEntry;
using testing::DeleteEntry;
using ::testing::ElementsAre;
using testing::FakeDatabase;
using testing::FakeStore;
using ::testing::HasSubstr;
using testing::IdOf;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class DeadLetterOfficeTest : public ::testing::Test {
 protected:
  // As a flush writes them.
  void Write(const std::vector<std::string>& entries) {
    const auto transaction = *store_.Begin(0);
    const std::vector<std::string_view> views(entries.begin(), entries.end());
    ASSERT_TRUE(BatchWriter(*transaction, 0, Folding::kOn).Write(views).ok());
    ASSERT_TRUE(transaction->Commit().ok());
  }

  // Makes a dead letter of an entry, whatever it holds.
  std::int64_t Kill(const std::string& entry, const std::string& reason = "DATA_REFUSED") {
    const auto transaction = *store_.Begin(0);
    WriteSet set;
    set.dead_letters.push_back({0, entry, std::nullopt, reason, "23514", "by a test"});
    EXPECT_TRUE(transaction->Write(set).ok());
    EXPECT_TRUE(transaction->Commit().ok());
    return database_.dead_letters().back().dead_letter_id;
  }

  ReplayResult Replay(const std::vector<std::int64_t>& ids, ReplayMode mode = ReplayMode::kApply) {
    const auto result = office_.Replay(ids, mode, [] { return true; });
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? *result : ReplayResult{};
  }

  FakeDatabase database_;
  FakeStore store_{database_};
  DeadLetterMetrics metrics_;
  DeadLetterOffice office_{store_, metrics_};
};

TEST_F(DeadLetterOfficeTest, ReplaysWhatCanBeAppliedByNow) {
  const auto first = Kill(CreateEntry(1, "one"));
  const auto second = Kill(CreateEntry(2));
  const ReplayResult result = Replay({second, first, first});
  EXPECT_EQ(result.outcomes, (OutcomeCounts{.inserted = 2}));
  EXPECT_THAT(result.missing_ids, IsEmpty());
  EXPECT_EQ(database_.rows().at(IdOf(1)).body, "one");
  EXPECT_THAT(database_.dead_letters(), IsEmpty());
}

TEST_F(DeadLetterOfficeTest, ALetterThatDiesAgainStaysAndKeepsNoneBack) {
  database_.Poison(IdOf(1));
  const auto poison = Kill(CreateEntry(1));
  const auto garbage = Kill("garbage");
  const auto lonely = Kill(BodyEntry(9, 5, "new"), std::string(kCommentNotFound));
  const auto good = Kill(CreateEntry(2));
  const auto before = database_.dead_letters();
  const ReplayResult result = Replay({poison, garbage, lonely, good});
  EXPECT_EQ(result.outcomes, (OutcomeCounts{.inserted = 1, .dead = 3}));
  EXPECT_THAT(database_.rows(), SizeIs(1));
  ASSERT_THAT(database_.dead_letters(), SizeIs(3));
  EXPECT_EQ(database_.dead_letters()[2].dead_letter_id, before[2].dead_letter_id) << "none is new";
  const std::string text = prometheus::TextSerializer().Serialize(metrics_.Collect());
  EXPECT_THAT(text, HasSubstr("inkwell_replayed_dead_letters_total{result=\"applied\"} 1"));
  EXPECT_THAT(text, HasSubstr("inkwell_replayed_dead_letters_total{result=\"dead\"} 3"));
}

TEST_F(DeadLetterOfficeTest, OverwritesNothingNewer) {
  Write({CreateEntry(1), BodyEntry(1, 10, "newer")});
  const auto older = Kill(BodyEntry(1, 5, "older"));
  EXPECT_EQ(Replay({older}).outcomes, (OutcomeCounts{.stale = 1}));
  EXPECT_EQ(database_.rows().at(IdOf(1)).body, "newer");
  EXPECT_THAT(database_.dead_letters(), IsEmpty()) << "it has had its say";
}

TEST_F(DeadLetterOfficeTest, ACreateTakesBackTheEditsThatWaitForIt) {
  const auto create = Kill(CreateEntry(1, "first"));
  Write({BodyEntry(1, 5, "edited")});
  ASSERT_THAT(database_.dead_letters(), SizeIs(2));
  const auto edit = database_.dead_letters()[1].dead_letter_id;
  const ReplayResult result = Replay({create, edit});
  EXPECT_EQ(result.outcomes.inserted, 1);
  EXPECT_THAT(result.missing_ids, ElementsAre(edit));
  EXPECT_EQ(database_.rows().at(IdOf(1)).body, "edited");
  EXPECT_THAT(database_.dead_letters(), IsEmpty());
}

TEST_F(DeadLetterOfficeTest, ADryRunTellsAndChangesNothing) {
  Write({CreateEntry(1)});
  const auto removal = Kill(DeleteEntry(1, 7));
  const auto garbage = Kill("garbage");
  const auto before = database_.rows();
  const ReplayResult result = Replay({removal, garbage, 999}, ReplayMode::kDryRun);
  EXPECT_EQ(result.outcomes, (OutcomeCounts{.deleted = 1, .dead = 1}));
  EXPECT_THAT(result.missing_ids, ElementsAre(999));
  EXPECT_EQ(database_.rows(), before);
  EXPECT_THAT(database_.dead_letters(), SizeIs(2));
  EXPECT_EQ(Replay({removal}).outcomes.deleted, 1) << "and then for good";
}

TEST_F(DeadLetterOfficeTest, KeepsWhatWasReplayedBeforeTheDatabaseFailed) {
  const auto first = Kill(CreateEntry(1));
  const auto second = Kill(CreateEntry(2));
  int asked = 0;
  const auto failing = office_.Replay({first, second}, ReplayMode::kApply, [&] {
    if (++asked == 2) database_.FailNext(FakeDatabase::Step::kCommit);
    return true;
  });
  EXPECT_TRUE(absl::IsUnavailable(failing.status()));
  EXPECT_THAT(database_.rows(), SizeIs(1));
  const ReplayResult again = Replay({first, second});
  EXPECT_THAT(again.missing_ids, ElementsAre(first));
  EXPECT_EQ(again.outcomes.inserted, 1);
}

TEST_F(DeadLetterOfficeTest, StopsBetweenTwoLetters) {
  const auto first = Kill(CreateEntry(1));
  const auto second = Kill(CreateEntry(2));
  int asked = 0;
  const auto stopped =
      office_.Replay({first, second}, ReplayMode::kApply, [&asked] { return ++asked == 1; });
  EXPECT_TRUE(absl::IsCancelled(stopped.status()));
  EXPECT_THAT(database_.rows(), SizeIs(1));
}

TEST_F(DeadLetterOfficeTest, ListsPageByPage) {
  for (int i = 0; i < 5; ++i) Kill("garbage " + std::to_string(i));
  std::vector<std::string> entries;
  std::string token;
  int pages = 0;
  do {
    const auto page = office_.List(2, token);
    ASSERT_TRUE(page.ok()) << page.status();
    for (const auto& letter : page->letters) entries.push_back(letter.entry);
    token = page->next_page_token;
    ++pages;
  } while (!token.empty() && pages < 10);
  EXPECT_EQ(pages, 3);
  EXPECT_THAT(entries,
              ElementsAre("garbage 0", "garbage 1", "garbage 2", "garbage 3", "garbage 4"));
  EXPECT_THAT(office_.List(0, "")->letters, SizeIs(5));
  EXPECT_EQ(office_.List(5, "")->next_page_token, "") << "nothing is left";
}

TEST_F(DeadLetterOfficeTest, EndsAPageBeforeItGetsTooLargeForGrpc) {
  for (char c = 'a'; c < 'd'; ++c) Kill(std::string(kMaxPageBytes * 2 / 3, c));
  const auto page = office_.List(0, "");
  ASSERT_THAT(page->letters, SizeIs(1));
  EXPECT_THAT(office_.List(0, page->next_page_token)->letters, SizeIs(1));
}

TEST_F(DeadLetterOfficeTest, NamesEveryBadField) {
  const absl::Status both = office_.List(-1, "page 2").status();
  EXPECT_TRUE(absl::IsInvalidArgument(both));
  EXPECT_THAT(std::string(both.message()), HasSubstr("page_size"));
  EXPECT_THAT(std::string(both.message()), HasSubstr("page_token"));
  for (const char* token : {"1", "000000000000000g", "-000000000000001", "0000000000000000"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(office_.List(1, token).status())) << token;
  }
  EXPECT_TRUE(absl::IsInvalidArgument(office_.List(kMaxPageSize + 1, "").status()));
  const std::vector<std::int64_t> many(kMaxDeadLetterIds + 1, 1);
  const auto go = [] { return true; };
  EXPECT_TRUE(absl::IsInvalidArgument(office_.Replay({}, ReplayMode::kApply, go).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(office_.Replay(many, ReplayMode::kApply, go).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(office_.Discard({}).status()));
}

TEST_F(DeadLetterOfficeTest, DiscardsForGood) {
  const auto first = Kill("garbage 1");
  const auto second = Kill("garbage 2");
  EXPECT_EQ(*office_.Discard({first, 999}), 1);
  ASSERT_THAT(database_.dead_letters(), SizeIs(1));
  EXPECT_EQ(database_.dead_letters()[0].dead_letter_id, second);
  EXPECT_THAT(prometheus::TextSerializer().Serialize(metrics_.Collect()),
              HasSubstr("inkwell_discarded_dead_letters_total 1"));
}

}  // namespace
}  // namespace inkwell::flusher
