// What push_queue.h and drain_queue.h promise while the number of partitions is changed, held
// against the fake and against a real Redis.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "common/base/errors.h"
#include "tests/contract/queue_backends.h"
#include "tests/contract/redis_queue_options.h"

namespace inkwell::queue {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

class RepartitionContract : public ::testing::TestWithParam<BackendKind> {
 protected:
  RepartitionContract()
      : backend_(GetParam().make()), push_(backend_->Push()), drain_(backend_->Drain()) {
    EXPECT_TRUE(push_->Connect().ok());
    EXPECT_TRUE(drain_->ReadSnapshot().ok());
  }

  PartitionState Push(int partition, const std::string& entry) {
    const PartitionPush push{partition, {entry}};
    const auto states = push_->Push({&push, 1});
    EXPECT_TRUE(states.ok()) << states.status();
    return *states->front();
  }

  void Repartition(int partitions) {
    backend_->BeginRepartition(partitions);
    backend_->FinishRepartition();
  }

  // Connects anew and reads how many partitions there are.
  std::size_t CountPartitions() {
    push_->Disconnect();
    EXPECT_TRUE(push_->Connect().ok());
    const auto state = push_->ReadState();
    EXPECT_TRUE(state.ok()) << state.status();
    return state->partitions.size();
  }

  const std::unique_ptr<Backend> backend_;
  const std::unique_ptr<PushQueue> push_;
  const std::unique_ptr<DrainQueue> drain_;
};

TEST_P(RepartitionContract, APushByTheOldCountTellsAnotherEpoch) {
  const PartitionState before = Push(0, "a");
  backend_->BeginRepartition(5);
  const PartitionState after = Push(0, "b");
  EXPECT_NE(after.epoch, before.epoch);
  EXPECT_EQ(after.End(), before.End() + 1) << "the books go on";
}

TEST_P(RepartitionContract, ADrawByTheOldCountTellsAnotherEpoch) {
  const std::vector<RevisionRequest> requests{{1, 1}};
  const auto before = push_->DrawRevisions(requests);
  backend_->BeginRepartition(5);
  const auto after = push_->DrawRevisions(requests);
  ASSERT_TRUE(before.ok() && after.ok());
  EXPECT_NE((*after)[0].epoch, (*before)[0].epoch);
}

TEST_P(RepartitionContract, NobodyConnectsToPushMeanwhile) {
  backend_->BeginRepartition(5);
  const absl::Status state = push_->ReadState().status();
  EXPECT_TRUE(absl::IsUnavailable(state)) << state;
  EXPECT_EQ(ReasonOf(state), kRepartitioning);
  EXPECT_FALSE(push_->IsConnected());
  const absl::Status connected = push_->Connect().status();
  EXPECT_TRUE(absl::IsUnavailable(connected)) << connected;
  EXPECT_EQ(ReasonOf(connected), kRepartitioning);
  backend_->FinishRepartition();
  EXPECT_EQ(CountPartitions(), 5u);
}

TEST_P(RepartitionContract, AConnectionThatWasIdleMeanwhileIsToldToo) {
  Repartition(5);
  const absl::Status state = push_->ReadState().status();
  EXPECT_TRUE(absl::IsUnavailable(state)) << state;
  EXPECT_EQ(ReasonOf(state), kRepartitioning);
  EXPECT_EQ(CountPartitions(), 5u);
}

TEST_P(RepartitionContract, NewListsAreDrainedAsSoonAsItBegins) {
  backend_->BeginRepartition(5);
  const auto begun = drain_->ReadSnapshot();
  EXPECT_EQ(begun->layout, (Layout{kPartitions, 5, 5}));
  EXPECT_THAT(begun->partitions, SizeIs(5));
  backend_->FinishRepartition();
  EXPECT_EQ(CountPartitions(), 5u);
  Push(4, "a");
  EXPECT_EQ(drain_->ReadSnapshot()->partitions[4].pending, 1);
  EXPECT_TRUE(*drain_->CompareAndTrim(4, 1, "a", {}));
}

TEST_P(RepartitionContract, OldListsAreDrainedForEver) {
  Repartition(1);
  Push(2, "late");
  Repartition(2);
  const auto snapshot = drain_->ReadSnapshot();
  EXPECT_EQ(snapshot->layout, (Layout{2, kPartitions, {}}));
  ASSERT_THAT(snapshot->partitions, SizeIs(kPartitions));
  EXPECT_EQ(snapshot->partitions[2].pending, 1);
  EXPECT_THAT(drain_->Peek(2, {})->entries, ElementsAre("late"));
  EXPECT_EQ(CountPartitions(), 2u);
}

TEST_P(RepartitionContract, RevisionsGrowAcrossPartitions) {
  const std::vector<RevisionRequest> many{{0, 1000}};
  const std::int64_t last = (*push_->DrawRevisions(many))[0].first + 999;
  Repartition(5);
  EXPECT_EQ(CountPartitions(), 5u);
  const std::vector<RevisionRequest> one{{4, 1}};
  EXPECT_GT((*push_->DrawRevisions(one))[0].first, last);
}

INSTANTIATE_TEST_SUITE_P(Of, RepartitionContract, ::testing::ValuesIn(Backends()),
                         [](const auto& kind) { return kind.param.name; });

}  // namespace
}  // namespace inkwell::queue
