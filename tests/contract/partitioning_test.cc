// The optional migration that makes comments a table of partitions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/flusher/store/migrate.h"
#include "services/flusher/store/table_kind.h"
#include "tests/contract/postgres_fixture.h"

namespace inkwell::testing {
namespace {

using flusher::BuiltInMigrations;
using flusher::CheckTableKind;
using flusher::Migrate;
using flusher::PartitioningMigrationFiles;
using ::testing::HasSubstr;

constexpr char kTables[] =
    "SELECT count(*) FROM pg_inherits WHERE inhparent = 'comments'::regclass";
constexpr char kIndexes[] =
    "SELECT string_agg(indexname, ' ' ORDER BY indexname) FROM pg_indexes"
    " WHERE tablename = 'comments'";
constexpr char kOurIndexes[] = "comments_pkey comments_post_id_create_time_comment_id";
constexpr char kAllRows[] =
    "SELECT md5(string_agg(comments::text, ' ' ORDER BY comment_id)) FROM comments";

class PartitioningTest : public ::testing::Test {
 protected:
  // The plain table, with a thousand rows of all kinds.
  void FillPlainTable() {
    Migrate(connection_).value();
    Query(
        "INSERT INTO comments SELECT gen_random_uuid(), 'post ' || i % 7, 'author',"
        " CASE WHEN i % 3 = 0 THEN gen_random_uuid() END, 'body ' || i, '{\"n\": 1}', now(),"
        " now(), CASE WHEN i % 5 = 0 THEN now() END, i, i, i FROM generate_series(1, 1000) AS i");
  }
  absl::StatusOr<int> Partition(int count) {
    return Migrate(connection_, BuiltInMigrations(count));
  }
  std::string Query(const std::string& sql) { return QueryOne(connection_, sql); }

  flusher::PgConnection connection_ = ConnectTo(NewDatabase("partitioning"));
};

TEST_F(PartitioningTest, MakesANewDatabaseSo) {
  ASSERT_TRUE(Partition(7).ok());
  EXPECT_EQ(Query(kTables), "7");
  EXPECT_EQ(Query(kIndexes), kOurIndexes);
  EXPECT_EQ(CheckTableKind(connection_, /*partitioned=*/true), absl::OkStatus());
  EXPECT_EQ(Partition(7).value(), 0) << "the second time";
}

TEST_F(PartitioningTest, ConvertsATableWithAllThatItHas) {
  FillPlainTable();
  Query(
      "ALTER TABLE comments ADD CONSTRAINT polite CHECK (body <> 'rude words');"
      "DROP ROLE IF EXISTS \"the reader\", \"the owner\";"
      "CREATE ROLE \"the reader\"; CREATE ROLE \"the owner\";"
      "GRANT SELECT ON comments TO PUBLIC;"
      "GRANT INSERT ON comments TO \"the reader\" WITH GRANT OPTION;"
      "ALTER TABLE comments OWNER TO \"the owner\"");
  const auto rows = Query(kAllRows);
  const auto grants = "SELECT array_remove(relacl, NULL) FROM pg_class WHERE relname = 'comments'";
  const auto granted = Query(grants);

  ASSERT_EQ(Partition(4).value(), 1);
  EXPECT_EQ(Query(kTables), "4");
  EXPECT_EQ(Query("SELECT count(DISTINCT tableoid) FROM comments"), "4");
  EXPECT_EQ(Query(kAllRows), rows);
  EXPECT_EQ(Query(kIndexes), kOurIndexes);
  EXPECT_THAT(granted, HasSubstr("the reader"));
  EXPECT_EQ(Query(grants), granted);
  EXPECT_THAT(
      std::string(connection_.Exec("UPDATE comments SET body = 'rude words'").status().message()),
      HasSubstr("polite"));
  EXPECT_EQ(Query("SELECT to_regclass('comments_before') IS NULL"), "t");
  EXPECT_EQ(Query("SELECT count(*) FROM pg_tables WHERE tableowner = 'the owner'"), "5");
}

TEST_F(PartitioningTest, GoesBackToAPlainTable) {
  FillPlainTable();
  const auto rows = Query(kAllRows);
  ASSERT_TRUE(Partition(4).ok());
  const auto text = PartitioningMigrationFiles().front().text;
  Query(std::string(text.substr(text.find("-- migrate:down"))));
  EXPECT_EQ(Query(kAllRows), rows);
  EXPECT_EQ(Query(kIndexes), kOurIndexes);
  EXPECT_EQ(CheckTableKind(connection_, /*partitioned=*/false), absl::OkStatus());
}

TEST_F(PartitioningTest, ChangesNothingWhereItWouldLoseSomething) {
  FillPlainTable();
  const auto rows = Query(kAllRows);
  Query(
      "CREATE INDEX mine ON comments (author_id);"
      "CREATE TABLE likes (comment_id uuid REFERENCES comments)");
  const auto status = Partition(4).status();
  EXPECT_TRUE(absl::IsUnavailable(status));
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("foreign key likes_comment_id_fkey of likes, index mine): drop it"));
  EXPECT_EQ(CheckTableKind(connection_, /*partitioned=*/false), absl::OkStatus());
  EXPECT_EQ(Query(kAllRows), rows);
  Query("DROP TABLE likes; DROP INDEX mine");
  EXPECT_EQ(Partition(4).value(), 1);
}

TEST_F(PartitioningTest, MakesSixteenWhereNobodySaysHowMany) {
  // As dbmate runs the file.
  Migrate(connection_).value();
  const auto& [name, text] = PartitioningMigrationFiles().front();
  Query(flusher::ParseMigration(name, text).value().up_sql);
  EXPECT_EQ(Query(kTables), "16");
}

TEST_F(PartitioningTest, SaysThatTheTableIsOfTheOtherKind) {
  Migrate(connection_).value();
  const auto plain = CheckTableKind(connection_, /*partitioned=*/true);
  EXPECT_EQ(plain.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(plain.message()), HasSubstr("set --table_partitions to 0"));
  ASSERT_TRUE(Partition(2).ok());
  const auto partitioned = CheckTableKind(connection_, /*partitioned=*/false);
  EXPECT_EQ(partitioned.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(partitioned.message()), HasSubstr("--table_partitions is 0"));
}

}  // namespace
}  // namespace inkwell::testing
