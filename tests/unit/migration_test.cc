#include "services/flusher/store/migration.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "services/flusher/store/migrate.h"

namespace inkwell::flusher {
namespace {

TEST(MigrationTest, TakesTheUpSection) {
  const auto migration =
      ParseMigration("007_add_spies.sql",
                     "-- A comment.\n-- migrate:up\nUP;\n-- migrate:down\nDOWN;\n")
          .value();
  EXPECT_EQ(migration.version, "007");
  EXPECT_EQ(migration.name, "007_add_spies.sql");
  EXPECT_EQ(migration.up_sql, "\nUP;\n");
}

TEST(MigrationTest, NeedsNoDownSection) {
  EXPECT_EQ(ParseMigration("1_a.sql", "-- migrate:up\nUP;\n").value().up_sql, "\nUP;\n");
}

TEST(MigrationTest, RefusesWhatItCannotApply) {
  EXPECT_EQ(ParseMigration("1_a.sql", "UP;").status().message(),
            "migration 1_a.sql: has no line \"-- migrate:up\"");
  EXPECT_EQ(ParseMigration("a.sql", "-- migrate:up\n").status().message(),
            "migration a.sql: its name has to start with its version in digits");
  EXPECT_FALSE(ParseMigration("1_a.sql", "-- migrate:up transaction:false\nUP;").ok());
}

TEST(MigrationTest, BuildsInTheFilesInOrder) {
  const auto migrations = BuiltInMigrations();
  ASSERT_GE(migrations.size(), 2U);
  EXPECT_EQ(migrations[0].name, "20260101000001_create_comments.sql");
  EXPECT_NE(migrations[0].up_sql.find("CREATE TABLE comments"), std::string::npos);
  for (std::size_t i = 1; i < migrations.size(); ++i) {
    EXPECT_LT(migrations[i - 1].version, migrations[i].version);
  }
}

TEST(MigrationTest, AddsWhatPartitionsTheTableForWhoWantsIt) {
  const auto migrations = BuiltInMigrations(/*table_partitions=*/32);
  EXPECT_EQ(migrations.size(), BuiltInMigrations().size() + 1);
  for (std::size_t i = 1; i < migrations.size(); ++i) {
    EXPECT_LT(migrations[i - 1].version, migrations[i].version);
  }
  const auto partitioning = std::find_if(
      migrations.begin(), migrations.end(),
      [](const Migration& m) { return m.name == "20260101000003_partition_comments.sql"; });
  ASSERT_NE(partitioning, migrations.end());
  EXPECT_EQ(partitioning->up_sql.find("SET LOCAL inkwell.table_partitions = 32;"), 0U);
}

}  // namespace
}  // namespace inkwell::flusher
