// What only a real Postgres can show of PostgresStore: its errors, what it does when the
// server goes away, and who shares a lock.
#include "services/flusher/store/postgres_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/flusher/store/migrate.h"
#include "services/flusher/store/sqlstate.h"
#include "tests/contract/postgres_fixture.h"
#include "tests/support/store_rows.h"

namespace inkwell::testing {
namespace {

using flusher::PgConnection;
using flusher::PostgresStore;
using flusher::SqlstateOf;
using flusher::WriteSet;
using ::testing::HasSubstr;
using ::testing::Not;

std::unique_ptr<PostgresStore> StoreOn(const std::string& url,
                                       const std::string& key_namespace = "comments") {
  auto options = StoreOptions(url);
  options.key_namespace = key_namespace;
  return PostgresStore::Create(options).value();
}

absl::Status WriteAndCommit(flusher::Store& store, const WriteSet& set) {
  auto transaction = store.Begin(0);
  if (!transaction.ok()) return transaction.status();
  if (auto counts = (*transaction)->Write(set); !counts.ok()) return counts.status();
  return (*transaction)->Commit();
}

class PostgresStoreTest : public ::testing::Test {
 protected:
  PostgresStoreTest() { flusher::Migrate(eyes_).value(); }
  std::string RowCount() { return QueryOne(eyes_, "SELECT count(*) FROM comments"); }

  const std::string url_ = NewDatabase("postgres_store");
  PgConnection eyes_ = ConnectTo(url_);
  const std::unique_ptr<PostgresStore> store_ = StoreOn(url_);
};

TEST_F(PostgresStoreTest, RefusesAnAddressThatIsNone) {
  const auto options = StoreOptions("postgresql://inkwell:se%cret@host/db");
  const auto status = PostgresStore::Create(options).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("postgresql://user:password@host"));
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr("cret")));
}

TEST_F(PostgresStoreTest, KeepsNamespacesApart) {
  const auto other = StoreOn(url_, "reviews");
  auto held = store_->Begin(1).value();
  EXPECT_NE(other->Begin(1).value(), nullptr);
  EXPECT_EQ(StoreOn(url_)->Begin(1).value(), nullptr);
}

TEST_F(PostgresStoreTest, BlamesTheDataForWhatItCanNeverBe) {
  const struct {
    std::string_view body;
    std::string attributes_json;
    std::string sqlstate;
  } cases[] = {
      {"\xc3\x28", "{}", "22021"},                   // no UTF-8
      {std::string_view("a\0b", 3), "{}", "22021"},  // U+0000
      {"fine", "{\"a\":", "22P02"},                  // no JSON
      {"fine", R"({"a":"\u0000"})", "22P05"},        // U+0000 in JSON
  };
  for (const auto& [body, attributes_json, sqlstate] : cases) {
    auto bad = CommentOf(2, body);
    bad.attributes_json = attributes_json;
    const auto status = WriteAndCommit(*store_, SetOf({CommentOf(1), bad, CommentOf(3)}));
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
    EXPECT_EQ(SqlstateOf(status), sqlstate) << status;
  }
  EXPECT_EQ(RowCount(), "0");
  EXPECT_EQ(WriteAndCommit(*store_, SetOf(CommentsOf(1, 3))), absl::OkStatus());
}

TEST_F(PostgresStoreTest, BlamesTheDataForAConstraintWithoutQuotingIt) {
  QueryOne(eyes_, "ALTER TABLE comments ADD CONSTRAINT polite CHECK (body <> 'rude words')");
  const auto status = WriteAndCommit(*store_, SetOf({CommentOf(1, "rude words")}));
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(SqlstateOf(status), "23514");
  EXPECT_THAT(std::string(status.message()), HasSubstr("polite"));
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr("rude words")));
}

TEST_F(PostgresStoreTest, BlamesTheDataForAnotherUniqueIndex) {
  QueryOne(eyes_, "CREATE UNIQUE INDEX one_a_post ON comments (post_id)");
  const auto status = WriteAndCommit(*store_, SetOf(CommentsOf(1, 2)));
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(SqlstateOf(status), "23505");
}

TEST_F(PostgresStoreTest, BlamesTheDatabaseForAMissingTable) {
  QueryOne(eyes_, "ALTER TABLE comments RENAME TO remarks");
  const auto status = WriteAndCommit(*store_, SetOf(CommentsOf(1, 3)));
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(SqlstateOf(status), "42P01");
  QueryOne(eyes_, "ALTER TABLE remarks RENAME TO comments");
  EXPECT_EQ(WriteAndCommit(*store_, SetOf(CommentsOf(1, 3))), absl::OkStatus());
}

TEST_F(PostgresStoreTest, BlamesTheDatabaseForAColumnOfAnotherType) {
  QueryOne(eyes_, "ALTER TABLE comments DROP post_id; ALTER TABLE comments ADD post_id bigint");
  const auto status = WriteAndCommit(*store_, SetOf(CommentsOf(1, 3)));
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
}

TEST_F(PostgresStoreTest, LaysAPostsCommentsSideBySide) {
  auto comments = CommentsOf(1, 6);
  const std::string posts[] = {"post-20", "post-1"};
  for (std::size_t i = 0; i < comments.size(); ++i) comments[i].post_id = posts[i % 2];
  EXPECT_EQ(WriteAndCommit(*store_, SetOf(comments)), absl::OkStatus());
  EXPECT_EQ(QueryOne(eyes_, "SELECT string_agg(post_id, ' ' ORDER BY ctid) FROM comments"),
            "post-1 post-1 post-1 post-20 post-20 post-20");
}

TEST_F(PostgresStoreTest, PutsAsideADeadLetterWhateverItsDetail) {
  auto letter = DeadLetterOf("entry");
  letter.detail = std::string("bad \xc3\x28 \0 bytes", 14);
  EXPECT_EQ(WriteAndCommit(*store_, SetOf({}, {letter})), absl::OkStatus());
  EXPECT_EQ(QueryOne(eyes_, "SELECT detail FROM dead_letters"), R"(bad \xc3( \x00 bytes)");
}

TEST_F(PostgresStoreTest, TurnsSynchronousCommitOn) {
  QueryOne(eyes_, "ALTER DATABASE postgres_store SET synchronous_commit = off");
  QueryOne(eyes_,
           "CREATE FUNCTION show_setting() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
           "NEW.body := current_setting('synchronous_commit'); RETURN NEW; END $$;"
           "CREATE TRIGGER show BEFORE INSERT ON comments"
           " FOR EACH ROW EXECUTE FUNCTION show_setting()");
  ASSERT_EQ(WriteAndCommit(*store_, SetOf(CommentsOf(1, 1))), absl::OkStatus());
  EXPECT_EQ(QueryOne(eyes_, "SELECT body FROM comments"), "on");
}

TEST_F(PostgresStoreTest, ReadsNoWholeTableForManyEdits) {
  constexpr int kRows = 20'000;
  for (const int table_partitions : {0, 16}) {
    flusher::Migrate(eyes_, flusher::BuiltInMigrations(table_partitions)).value();
    ASSERT_EQ(WriteAndCommit(*store_, SetOf(CommentsOf(1, kRows))), absl::OkStatus());
    QueryOne(eyes_, "ANALYZE comments");
    const auto scans = [this](const std::string& kind) {
      return std::stoi(QueryOne(
          eyes_,
          "SELECT sum(" + kind + "_scan) FROM pg_stat_user_tables WHERE relname ~ '^comments'"));
    };
    // What was scanned until now is counted until now.
    QueryOne(eyes_, "SELECT pg_stat_force_next_flush()");
    const int whole_tables = scans("seq");
    std::vector<flusher::CommentEdit> edits;
    for (int i = 1; i <= kRows; i += 2) edits.push_back(BodyOf(i, 5, "edited"));
    // A connection of its own: what it did is counted at the latest when it ends.
    ASSERT_EQ(WriteAndCommit(*StoreOn(url_), SetOfEdits(edits)), absl::OkStatus());
    ASSERT_TRUE(Await([&] { return scans("idx") >= kRows / 2; }));
    EXPECT_EQ(scans("seq"), whole_tables) << table_partitions;
    QueryOne(eyes_, "TRUNCATE comments");
  }
}

TEST_F(PostgresStoreTest, GivesUpWaitingForALock) {
  auto options = StoreOptions(url_);
  options.limits.lock = std::chrono::milliseconds(50);
  const auto impatient = PostgresStore::Create(options).value();
  QueryOne(eyes_, "BEGIN; LOCK TABLE comments; SELECT 1");
  const auto status = WriteAndCommit(*impatient, SetOf(CommentsOf(1, 1)));
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(SqlstateOf(status), "55P03");
}

TEST_F(PostgresStoreTest, KeepsOthersFromALockedDeadLetter) {
  ASSERT_EQ(WriteAndCommit(*store_, SetOf({}, {DeadLetterOf("entry")})), absl::OkStatus());
  const auto id = store_->ListDeadLetters(0, 1).value().front().dead_letter_id;
  auto transaction = store_->BeginUnlocked().value();
  ASSERT_TRUE(transaction->LockDeadLetter(id).value().has_value());

  auto options = StoreOptions(url_);
  options.limits.lock = std::chrono::milliseconds(50);
  const auto impatient = PostgresStore::Create(options).value();
  EXPECT_EQ(SqlstateOf(impatient->BeginUnlocked().value()->LockDeadLetter(id).status()), "55P03");
  EXPECT_EQ(SqlstateOf(impatient->DiscardDeadLetters({id}).status()), "55P03");
  transaction.reset();
  EXPECT_EQ(impatient->DiscardDeadLetters({id}).value(), 1);
}

TEST_F(PostgresStoreTest, LosesThePartitionWhenItHangs) {
  auto options = StoreOptions(url_);
  options.limits.idle = std::chrono::milliseconds(50);
  const auto hanging = PostgresStore::Create(options).value();
  auto transaction = hanging->Begin(0).value();
  EXPECT_TRUE(Await([this] { return store_->Begin(0).value() != nullptr; }));
  EXPECT_EQ(transaction->Write(SetOf(CommentsOf(1, 1))).status().code(),
            absl::StatusCode::kUnavailable);
}

TEST_F(PostgresStoreTest, NoticesThatAnIdleConnectionDiedAndTakesANewOne) {
  ASSERT_EQ(WriteAndCommit(*store_, SetOf(CommentsOf(1, 1))), absl::OkStatus());
  QueryOne(eyes_,
           "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
           " WHERE datname = current_database() AND pid <> pg_backend_pid()");
  EXPECT_EQ(WriteAndCommit(*store_, SetOf(CommentsOf(2, 2))), absl::OkStatus());
}

}  // namespace
}  // namespace inkwell::testing
