// When the flusher flushes, and that more than one may.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/create_load.h"
#include "tests/support/stack.h"

namespace inkwell::testing {
namespace {

TEST(FlushSchedule, FlushesByItself) {
  Stack stack;
  auto& ingest = stack.AddIngest();
  auto& flusher = stack.AddFlusher({"--schedule=@every 100ms", "--flush_at_start=false"});
  for (const int count : {100, 200}) {
    CreateMany(ingest, count);  // the first half of the second time is there already
    EXPECT_TRUE(Await([&] { return stack.CountComments() == count; })) << flusher.Log();
  }
}

TEST(FlushSchedule, FlushesAtStart) {
  Stack stack;
  CreateMany(stack.AddIngest(), 10);
  auto& flusher = stack.AddFlusher({"--schedule=0 0 1 1 *"});
  EXPECT_TRUE(Await([&] { return stack.CountComments() == 10; })) << flusher.Log();
}

TEST(FlushSchedule, FlushesEarlyWhenAPartitionGetsLong) {
  Stack stack;
  auto flags = OnRequestOnly();
  flags.insert(flags.end(), {"--partitions=1", "--flush_backlog=50"});
  auto& flusher = stack.AddFlusher(flags);
  auto& ingest = stack.AddIngest({"--partitions=1"});
  CreateMany(ingest, 51);
  EXPECT_TRUE(Await([&] { return stack.CountComments() == 51; })) << flusher.Log();
}

TEST(FlushSchedule, TwoFlushersShareTheWorkAndTheBooksBalance) {
  Stack stack;
  auto& ingest = stack.AddIngest();
  const Flags often{"--schedule=@every 10ms", "--batch_rows=50"};
  auto& one = stack.AddFlusher(often);
  auto& other = stack.AddFlusher(often);
  CreateLoad load({ingest.channel()});
  EXPECT_TRUE(load.AwaitAcknowledged(3000));
  load.Stop();
  EXPECT_THAT(load.failures(), ::testing::IsEmpty());

  // Where both write a batch, one inserts, and the other may be the one that trims it
  // and counts duplicates; but each change is counted once.
  const auto counted = [](const ServiceProcess& flusher) {
    const auto totals = GetStatus(flusher).totals();
    return totals.inserted() + totals.duplicate();
  };
  const auto created = static_cast<std::int64_t>(load.acknowledged().size());
  EXPECT_TRUE(Await([&] { return counted(one) + counted(other) == created; }))
      << counted(one) << " + " << counted(other) << " of " << created;
  EXPECT_EQ(stack.CountComments(), created);
  EXPECT_EQ(GetStatus(one).pending(), 0);
}

}  // namespace
}  // namespace inkwell::testing
