#include "tests/property/drain_property.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "services/flusher/backlog/backlog.h"
#include "services/flusher/flush/drain_partition.h"
#include "tests/property/change_model.h"
#include "tests/property/flaky.h"
#include "tests/support/fake_queue.h"
#include "tests/support/id_of.h"

namespace inkwell::testing {
namespace {

using flusher::Folding;
using flusher::OutcomeCounts;
using flusher::PartitionDrainer;

constexpr int kChanges = 60;
constexpr int kComments = 8;
// Far more than any seed takes.
constexpr int kMostBatches = 10'000;

queue::PeekLimits RandomLimits(std::mt19937_64& random) {
  return {.rows = static_cast<std::int64_t>(1 + random() % 20), .bytes = 1 << 20};
}

// The entries that became dead letters.
std::multiset<std::string> DeadEntries(StoreWorld& world) {
  std::multiset<std::string> entries;
  for (auto& letter : world.DeadLetters()) {
    EXPECT_EQ(letter.reason, flusher::kCommentNotFound);
    entries.insert(std::move(letter.entry));
  }
  return entries;
}

// A flusher whose connections fail now and then.
struct FlakyFlusher {
  FlakyFlusher(StoreWorld& world, FakeBroker& broker, Dice dice, Folding folding)
      : store(world.NewStore(), dice),
        queue(std::make_unique<FakeDrainQueue>(broker), dice),
        drainer(queue, store, folding) {}

  FlakyStore store;
  FlakyQueue queue;
  PartitionDrainer drainer;
};

}  // namespace

void CheckDrainsAsOneByOne(StoreWorld& world, Folding folding, std::uint64_t seed) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const auto changes = RandomChanges(random, kChanges, kComments, Creates::kAgain);
  FakeBroker broker(1);
  for (const auto& change : changes) broker.Append(0, PushedEntry(change));

  FakeDrainQueue queue(broker);
  const auto store = world.NewStore();
  PartitionDrainer drainer(queue, *store, folding);
  OutcomeCounts outcomes;
  while (!broker.Entries(0).empty()) {
    const auto batch = drainer.DrainBatch(0, RandomLimits(random));
    ASSERT_TRUE(batch.ok()) << batch.status();
    outcomes += batch->outcomes;
  }
  const ModelTable expected = ApplyInOrder(changes);
  EXPECT_EQ(world.Rows(), expected.rows);
  EXPECT_EQ(DeadEntries(world).size(), expected.WaitingCount());
  EXPECT_EQ(outcomes.Total(), kChanges);
  EXPECT_EQ(outcomes.inserted, static_cast<std::int64_t>(expected.rows.size()));
}

void CheckDrainsInAnyOrder(StoreWorld& world, std::uint64_t seed) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const auto changes = RandomChanges(random, kChanges, kComments, Creates::kOnce);
  auto pushed = changes;
  for (int again = 0; again < kChanges / 3; ++again) {
    pushed.push_back(changes[random() % changes.size()]);
  }
  std::shuffle(pushed.begin(), pushed.end(), random);
  std::multiset<std::string> never_created;
  FakeBroker broker(1);
  const auto rows = ApplyInAnyOrder(changes);
  for (const auto& change : pushed) {
    const std::string entry = PushedEntry(change);
    broker.Append(0, entry);
    if (!rows.contains(IdOf(change.comment))) never_created.insert(entry);
  }

  const Dice dice(random, 12);
  FlakyFlusher one(world, broker, dice, Folding::kOn);
  FlakyFlusher other(world, broker, dice, seed % 2 == 0 ? Folding::kOn : Folding::kOff);
  // What fails is drained again; who is not needed finds the list empty.
  const auto other_drains = [&] {
    if (random() % 2 == 0) static_cast<void>(other.drainer.DrainBatch(0, RandomLimits(random)));
  };
  one.queue.set_meanwhile(other_drains);
  for (int batches = 0; !broker.Entries(0).empty() && batches < kMostBatches; ++batches) {
    static_cast<void>(one.drainer.DrainBatch(0, RandomLimits(random)));
  }
  EXPECT_TRUE(broker.Entries(0).empty());
  EXPECT_EQ(world.Rows(), rows);
  EXPECT_EQ(DeadEntries(world), never_created);
  // Each entry is in the books once, whoever trimmed it and whether the answer came or not.
  // (As what may differ: what one commit inserted is a duplicate to the next that writes it.)
  const auto backlog = flusher::ToBacklog(*FakeDrainQueue(broker).ReadSnapshot(), WallTime());
  EXPECT_EQ(backlog.books.Total(), static_cast<std::int64_t>(pushed.size()));
}

}  // namespace inkwell::testing
