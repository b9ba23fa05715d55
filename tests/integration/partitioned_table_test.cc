// comments as a table of partitions: the same guarantees, also while a plain one becomes it.

#include <gtest/gtest.h>

#include "tests/integration/loaded_stack.h"
#include "tests/support/subprocess.h"

namespace inkwell::testing {
namespace {

constexpr char kTablesWithRows[] = "SELECT count(DISTINCT tableoid) FROM comments";

TEST(PartitionedTable, APlainOneBecomesItUnderLoad) {
  Stack stack;
  LoadedStack loaded(stack);
  ASSERT_TRUE(loaded.AwaitLoad());
  const TempDir folder;
  ASSERT_EQ(RunToEnd({.argv = {FlusherProgram(), "migrate", "--table_partitions=8",
                               "--postgres=" + stack.postgres().Url()},
                      .log = folder.path() / "log"})
                .value(),
            0);
  ASSERT_TRUE(loaded.AwaitPersisted()) << loaded.Logs();
  ASSERT_TRUE(loaded.Poison());
  ASSERT_TRUE(loaded.AwaitLoad());
  stack.postgres().Kill9();
  ASSERT_TRUE(loaded.AwaitLoad()) << "ingest needs no Postgres";
  ASSERT_TRUE(stack.postgres().Restart().ok());
  ASSERT_TRUE(loaded.AwaitPersisted()) << loaded.Logs();

  ASSERT_TRUE(loaded.StopAndDrain()) << loaded.Logs();
  EXPECT_EQ(loaded.TakeDeadLetters(), "23514") << "the poison";
  EXPECT_EQ(loaded.Verdict(), "");
  EXPECT_EQ(stack.QueryOne(kTablesWithRows), "8");
}

TEST(PartitionedTable, ANewDatabaseHasItWhereItIsAskedFor) {
  Stack stack;
  auto& ingest = stack.AddIngest();
  stack.AddFlusher({"--table_partitions=4"});
  CreateMany(ingest, 100);
  EXPECT_TRUE(Await([&] { return stack.CountComments() == 100; }));
  EXPECT_EQ(stack.QueryOne(kTablesWithRows), "4");

  auto& other = stack.AddFlusher({}, Until::kListening);
  EXPECT_TRUE(Await([&] {
    return other.Log().find("--table_partitions is 0") != std::string::npos;
  })) << other.Log();
  EXPECT_EQ(other.ReadyStatus(), 503);
}

}  // namespace
}  // namespace inkwell::testing
