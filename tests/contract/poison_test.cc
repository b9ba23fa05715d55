// Bad entries among good ones, through the flush into a real Postgres: the good ones are
// written, and each bad one is put aside with the reason why.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>

#include "services/flusher/flush/drain_partition.h"
#include "services/flusher/store/migrate.h"
#include "tests/contract/postgres_fixture.h"
#include "tests/support/change_entries.h"
#include "tests/support/fake_queue.h"

namespace inkwell::testing {
namespace {

using flusher::OutcomeCounts;
using flusher::PartitionDrainer;
using flusher::StoredDeadLetter;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr int kChanges = 3000;
constexpr int kBadOfAKind = 5;

class PoisonTest : public ::testing::Test {
 protected:
  PoisonTest() {
    flusher::Migrate(eyes_).value();
    QueryOne(eyes_, "ALTER TABLE comments ADD CONSTRAINT polite CHECK (body <> 'rude words')");
  }

  // Puts each of `entries` somewhere else on the list.
  void Scatter(const std::vector<std::string>& entries, int start) {
    for (std::size_t i = 0; i < entries.size(); ++i) {
      list_[static_cast<std::size_t>(start) + i * 577] = entries[i];
    }
  }

  OutcomeCounts DrainAll(std::int64_t batch_rows) {
    for (const auto& entry : list_) broker_.Append(0, entry);
    OutcomeCounts outcomes;
    while (!broker_.Entries(0).empty()) {
      const auto batch = drainer_.DrainBatch(0, {.rows = batch_rows});
      if (!batch.ok()) {
        ADD_FAILURE() << batch.status();
        break;
      }
      outcomes += batch->outcomes;
    }
    return outcomes;
  }

  const std::string url_ = NewDatabase("poison");
  flusher::PgConnection eyes_ = ConnectTo(url_);
  const std::unique_ptr<flusher::Store> store_ =
      flusher::PostgresStore::Create(StoreOptions(url_)).value();
  FakeBroker broker_{1};
  FakeDrainQueue queue_{broker_};
  PartitionDrainer drainer_{queue_, *store_};
  std::vector<std::string> list_;
};

std::vector<std::string> Times(const std::function<std::string(int)>& make) {
  std::vector<std::string> entries;
  for (int i = 0; i < kBadOfAKind; ++i) entries.push_back(make(i));
  return entries;
}

TEST_F(PoisonTest, GoodOnesAreWrittenAndBadOnesPutAside) {
  for (int i = 0; i < kChanges; ++i) list_.push_back(CreateEntry(i));
  Scatter(Times([](int i) { return "garbage" + std::to_string(i); }), 3);
  Scatter(Times([](int i) { return CreateEntry(10'000 + i, std::string("a\0b", 3)); }), 4);
  Scatter(Times([](int i) { return CreateEntry(20'000 + i, "rude words"); }), 300);
  // As a newer ingest might write it.
  Scatter(Times([](int i) { return PushedEntry(ChangeOf(30'000 + i, 1)); }), 520);

  const int bad = 4 * kBadOfAKind;
  EXPECT_EQ(DrainAll(1000), (OutcomeCounts{.inserted = kChanges - bad, .dead = bad}));
  EXPECT_EQ(QueryOne(eyes_, "SELECT count(*) FROM comments"), std::to_string(kChanges - bad));

  std::map<std::string, std::vector<StoredDeadLetter>> letters;
  auto listed = store_->ListDeadLetters(0, kChanges).value();
  for (auto& letter : listed) {
    letters[letter.reason + letter.sqlstate].push_back(std::move(letter));
  }
  ASSERT_THAT(letters, SizeIs(4));
  EXPECT_THAT(letters["UNDECODABLE"], SizeIs(kBadOfAKind));
  EXPECT_THAT(letters["DATA_REFUSED22021"], SizeIs(kBadOfAKind));
  EXPECT_THAT(letters["DATA_REFUSED23514"], SizeIs(kBadOfAKind));
  EXPECT_THAT(letters["UNKNOWN_KIND"], SizeIs(kBadOfAKind));
  EXPECT_EQ(letters["UNDECODABLE"].front().entry, "garbage0");
  EXPECT_EQ(letters["UNKNOWN_KIND"].front().comment_id, IdOf(30'000));
  EXPECT_EQ(letters["DATA_REFUSED22021"].front().comment_id, IdOf(10'000));
  EXPECT_THAT(letters["DATA_REFUSED23514"].front().detail, HasSubstr("polite"));
}

TEST_F(PoisonTest, ABadEditLeavesItsCommentAsItWas) {
  list_ = {CreateEntry(1, "first"), CreateEntry(2), BodyEntry(1, 10, "rude words"),
           BodyEntry(2, 11, {'a', '\0', 'b'}), BodyEntry(2, 12, "fine")};
  const auto outcomes = DrainAll(1000);
  EXPECT_EQ(outcomes.Total(), 5);
  EXPECT_EQ(outcomes.inserted, 2);
  EXPECT_EQ(QueryOne(eyes_, "SELECT string_agg(body, ' ' ORDER BY comment_id) FROM comments"),
            "first fine");
}

// Deferred, it would be checked by COMMIT, which could not tell whose fault it is.
TEST_F(PoisonTest, ADeferredConstraintIsChecked) {
  QueryOne(eyes_,
           "CREATE TABLE posts (post_id text PRIMARY KEY);"
           "INSERT INTO posts VALUES ('post');"
           "ALTER TABLE comments ADD FOREIGN KEY (post_id) REFERENCES posts"
           " DEFERRABLE INITIALLY DEFERRED");
  auto astray = ChangeOf(2, 1);
  astray.mutable_create()->set_post_id("no such post");
  list_ = {CreateEntry(1), PushedEntry(astray), CreateEntry(3)};
  EXPECT_EQ(DrainAll(1000), (OutcomeCounts{.inserted = 2, .dead = 1}));
}

}  // namespace
}  // namespace inkwell::testing
