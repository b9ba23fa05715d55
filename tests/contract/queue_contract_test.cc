// What push_queue.h and drain_queue.h promise, held against the fake and against a real
// Redis.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/contract/queue_backends.h"
#include "tests/contract/redis_queue_options.h"

namespace inkwell::queue {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class QueueContract : public ::testing::TestWithParam<BackendKind> {
 protected:
  QueueContract()
      : backend_(GetParam().make()), push_(backend_->Push()), drain_(backend_->Drain()) {}

  PartitionState Push(int partition, const std::vector<std::string>& entries) {
    EXPECT_TRUE(push_->Connect().ok());
    const PartitionPush push{partition, {entries.begin(), entries.end()}};
    const auto receipts = push_->Push({&push, 1});
    EXPECT_TRUE(receipts.ok()) << receipts.status();
    EXPECT_TRUE(receipts->front().ok()) << receipts->front().status();
    return *receipts->front();
  }

  std::vector<std::string> Peek(int partition, const PeekLimits& limits = {}) {
    const auto peeked = drain_->Peek(partition, limits);
    EXPECT_TRUE(peeked.ok()) << peeked.status();
    return {peeked->entries.begin(), peeked->entries.end()};
  }

  bool Trim(int partition, std::int64_t count, std::string_view last) {
    return Trim(partition, count, last, {{"inserted", count}});
  }
  bool Trim(int partition, std::int64_t count, std::string_view last,
            const std::vector<BookEntry>& outcomes) {
    const auto trimmed = drain_->CompareAndTrim(partition, count, last, outcomes);
    EXPECT_TRUE(trimmed.ok()) << trimmed.status();
    return *trimmed;
  }

  QueueSnapshot Snapshot() {
    const auto snapshot = drain_->ReadSnapshot();
    EXPECT_TRUE(snapshot.ok()) << snapshot.status();
    return *snapshot;
  }

  std::unique_ptr<Backend> backend_;
  std::unique_ptr<PushQueue> push_;
  std::unique_ptr<DrainQueue> drain_;
};

TEST_P(QueueContract, KeepsOrderAcrossPushes) {
  Push(1, {"a", "b"});
  Push(1, {"c"});
  EXPECT_THAT(Peek(1), ElementsAre("a", "b", "c"));
  EXPECT_THAT(Peek(0), IsEmpty());
}

TEST_P(QueueContract, PushesToSeveralPartitionsAtOnce) {
  const std::vector<PartitionPush> pushes{{2, {"x", "y"}}, {0, {"z"}}};
  ASSERT_TRUE(push_->Connect().ok());
  const auto receipts = push_->Push(pushes);
  ASSERT_TRUE(receipts.ok());
  ASSERT_THAT(*receipts, SizeIs(2));
  EXPECT_EQ((*receipts)[0]->length, 2);
  EXPECT_EQ((*receipts)[1]->length, 1);
  EXPECT_THAT(Peek(2), ElementsAre("x", "y"));
  EXPECT_THAT(Peek(0), ElementsAre("z"));
}

TEST_P(QueueContract, ReceiptTellsWhereThePartitionStands) {
  EXPECT_EQ(Push(0, {"a", "b", "c"}).head, 0);
  ASSERT_TRUE(Trim(0, 2, "b"));
  const PartitionState receipt = Push(0, {"d"});
  EXPECT_EQ(receipt.head, 2);
  EXPECT_EQ(receipt.length, 2);
  EXPECT_NE(receipt.epoch, 0u);
  EXPECT_EQ(Push(0, {"e"}).epoch, receipt.epoch) << "an epoch lasts";
}

TEST_P(QueueContract, PeekRemovesNothing) {
  Push(0, {"a", "b"});
  EXPECT_THAT(Peek(0), SizeIs(2));
  EXPECT_THAT(Peek(0), SizeIs(2));
}

TEST_P(QueueContract, PeekKeepsToItsLimits) {
  Push(0, {"aaaa", "bbbb", "cccc"});
  EXPECT_THAT(Peek(0, {.rows = 2, .bytes = 100}), ElementsAre("aaaa", "bbbb"));
  EXPECT_THAT(Peek(0, {.rows = 10, .bytes = 9}), ElementsAre("aaaa", "bbbb"));
  EXPECT_THAT(Peek(0, {.rows = 10, .bytes = 1}), ElementsAre("aaaa"))
      << "an entry larger than the limit must not block the list";
}

TEST_P(QueueContract, PeeksManyEntriesWithoutHoles) {
  std::vector<std::string> entries;
  for (int i = 0; i < 5000; ++i) {
    entries.push_back(std::to_string(i) + std::string(static_cast<std::size_t>(i % 700), 'x'));
  }
  Push(0, entries);
  EXPECT_EQ(Peek(0, {.rows = 5000, .bytes = 64 << 20}), entries);
  EXPECT_THAT(Peek(0, {.rows = 4321, .bytes = 64 << 20}), SizeIs(4321));
}

TEST_P(QueueContract, TrimsWhatItIsShown) {
  Push(0, {"a", "b", "c"});
  EXPECT_TRUE(Trim(0, 2, "b"));
  EXPECT_THAT(Peek(0), ElementsAre("c"));
  EXPECT_TRUE(Trim(0, 1, "c"));
  EXPECT_THAT(Peek(0), IsEmpty());
}

TEST_P(QueueContract, TrimsNothingIfAnotherEntryIsThere) {
  Push(0, {"a", "b", "c"});
  EXPECT_FALSE(Trim(0, 2, "c"));
  EXPECT_FALSE(Trim(0, 4, "c"));
  EXPECT_FALSE(Trim(1, 1, "a"));
  EXPECT_THAT(Peek(0), SizeIs(3));
}

TEST_P(QueueContract, SecondFlushersLateTrimDoesNothing) {
  Push(0, {"a", "b", "c", "d"});
  const auto other = backend_->Drain();
  ASSERT_TRUE(*other->CompareAndTrim(0, 2, "b", {}));
  EXPECT_FALSE(Trim(0, 2, "b"));
  EXPECT_THAT(Peek(0), ElementsAre("c", "d"));
}

TEST_P(QueueContract, PositionsAreExact) {
  ASSERT_TRUE(push_->Connect().ok());
  EXPECT_EQ(push_->ReadState()->partitions[0].End(), 0);
  EXPECT_EQ(Push(0, {"a", "b", "c"}).End(), 3);
  ASSERT_TRUE(Trim(0, 2, "b"));
  const PartitionState state = push_->ReadState()->partitions[0];
  EXPECT_EQ(state.head, 2);
  EXPECT_EQ(state.length, 1);
  EXPECT_EQ(Push(0, {"d"}).End(), 4);
}

TEST_P(QueueContract, RevisionsOnlyGrow) {
  ASSERT_TRUE(push_->Connect().ok());
  const std::vector<RevisionRequest> requests{{0, 3}, {2, 1}};
  const auto first = push_->DrawRevisions(requests);
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_THAT(*first, SizeIs(2));
  EXPECT_GT((*first)[0].first, 0);
  EXPECT_EQ((*first)[1].epoch, push_->ReadState()->partitions[2].epoch);
  const auto other = backend_->Push();
  ASSERT_TRUE(other->Connect().ok());
  EXPECT_GE((*other->DrawRevisions(requests))[0].first, (*first)[0].first + 3) << "whoever draws";
}

TEST_P(QueueContract, EntriesMayHoldAnyBytes) {
  const std::string bytes("\0\r\n\xff$5\r\n", 8);
  Push(0, {bytes, ""});
  EXPECT_THAT(Peek(0), ElementsAre(bytes, ""));
  EXPECT_TRUE(Trim(0, 1, bytes));
}

TEST_P(QueueContract, SnapshotTellsWhatIsPending) {
  Push(2, {"a", "b"});
  const QueueSnapshot snapshot = Snapshot();
  ASSERT_THAT(snapshot.partitions, SizeIs(kPartitions));
  EXPECT_EQ(snapshot.partitions[2].pending, 2);
  EXPECT_EQ(snapshot.partitions[2].oldest, "a");
  EXPECT_NE(snapshot.partitions[2].epoch, 0u);
  EXPECT_EQ(snapshot.partitions[0].pending, 0);
  EXPECT_EQ(snapshot.partitions[0].oldest, std::nullopt);
  EXPECT_EQ(snapshot.pause, std::nullopt);
}

TEST_P(QueueContract, KeepsBooksOfWhatWasTrimmed) {
  Push(1, {"a", "b", "c", "d", "e"});
  ASSERT_TRUE(Trim(1, 3, "c", {{"inserted", 2}, {"updated", 0}, {"dead", 1}}));
  ASSERT_TRUE(Trim(1, 1, "d", {{"stale", 1}, {"dead", -1}, {"conflated", 1}}));
  const PartitionSnapshot partition = Snapshot().partitions[1];
  EXPECT_THAT(partition.books, ElementsAre(2, 0, 0, 1, 0, 1, 0));
  EXPECT_EQ(partition.head, 4);
  EXPECT_EQ(partition.head + partition.pending, 5);
  EXPECT_THAT(Snapshot().partitions[0].books, Each(0)) << "each partition has its own";
}

TEST_P(QueueContract, EntersNothingInTheBooksIfItTrimsNothing) {
  Push(0, {"a", "b"});
  ASSERT_FALSE(Trim(0, 2, "x", {{"inserted", 2}}));
  EXPECT_THAT(Snapshot().partitions[0].books, Each(0));
  EXPECT_EQ(Snapshot().partitions[0].head, 0);
}

TEST_P(QueueContract, PauseHoldsForEverybodyUntilItIsTakenAway) {
  const Pause pause{WallTime(std::chrono::microseconds(1'700'000'000'123'456)), "a \"test\"\n"};
  ASSERT_TRUE(drain_->SetPause(pause).ok());
  const auto other = backend_->Drain();
  EXPECT_EQ(*other->ReadPause(), pause);
  EXPECT_EQ(other->ReadSnapshot()->pause, pause);
  const Pause next{pause.since, ""};
  ASSERT_TRUE(drain_->SetPause(next).ok());
  EXPECT_EQ(*other->ReadPause(), next) << "a new pause replaces the old one";
  ASSERT_TRUE(drain_->SetPause(std::nullopt).ok());
  ASSERT_TRUE(drain_->SetPause(std::nullopt).ok());
  EXPECT_EQ(*other->ReadPause(), std::nullopt);
}

// So that it is seen what was not asked.
TEST(QueueContractBackends, HaveValkeyAmongThem) {
  if (!HasValkey()) {
    GTEST_SKIP() << "valkey-server is not installed; Debian 13 has it, Debian 12 in backports";
  }
}

INSTANTIATE_TEST_SUITE_P(Of, QueueContract, ::testing::ValuesIn(Backends()),
                         [](const auto& kind) { return kind.param.name; });

}  // namespace
}  // namespace inkwell::queue
