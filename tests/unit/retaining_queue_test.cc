// Losing the queue's data must not lose what was accepted.

#include "services/ingest/retaining_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/support/fake_queue.h"

namespace inkwell::ingest {
namespace {

using ::testing::ElementsAre;
using testing::FakeBroker;
using testing::FakePushQueue;
using ::testing::SizeIs;

constexpr int kPartitions = 2;

class RetainingQueueTest : public ::testing::Test {
 protected:
  // Opens it and pushes creates with these bodies; whether all went well.
  bool Push(int partition, const std::vector<std::string>& bodies) {
    if (!queue_.Open().ok()) return false;
    std::vector<PartitionedEntry> entries;
    for (const auto& body : bodies) entries.push_back({partition, kPartitions, {EntryOf(body), 0}});
    return queue_.Push(entries).ok();
  }

  static std::string EntryOf(const std::string& body) {
    queue::v1::Change change;
    change.set_comment_id(std::string(16, 'x'));
    change.mutable_create()->set_body(body);
    return queue::EncodeEntry(change);
  }

  std::vector<std::string> Bodies(int partition) {
    std::vector<std::string> bodies;
    for (const auto& entry : broker_.Entries(partition)) {
      queue::v1::Change change;
      EXPECT_TRUE(change.ParseFromString(entry));
      bodies.push_back(change.create().body());
    }
    return bodies;
  }

  FakeBroker broker_{kPartitions};
  RetainingQueue queue_{std::make_unique<FakePushQueue>(broker_), kPartitions, 1 << 20};
};

TEST_F(RetainingQueueTest, LetsGoOfWhatIsPersisted) {
  ASSERT_TRUE(Push(0, {"a", "b"}));
  EXPECT_EQ(queue_.window().size(), 2);
  broker_.Trim(0, 1);
  ASSERT_TRUE(queue_.Look().ok());
  EXPECT_EQ(queue_.window().size(), 1);
  broker_.Trim(0, 1);
  ASSERT_TRUE(Push(0, {"c"}));
  EXPECT_EQ(queue_.window().size(), 1) << "a push tells the head too";
  EXPECT_EQ(queue_.pushed_again(), 0);
}

TEST_F(RetainingQueueTest, PushesAgainAfterAnEmptyRestart) {
  ASSERT_TRUE(Push(0, {"a", "b"}));
  ASSERT_TRUE(Push(1, {"c"}));
  broker_.RestartEmpty();
  EXPECT_FALSE(queue_.Look().ok());
  ASSERT_TRUE(queue_.Open().ok());
  EXPECT_THAT(Bodies(0), ElementsAre("a", "b"));
  EXPECT_THAT(Bodies(1), ElementsAre("c"));
  EXPECT_EQ(queue_.pushed_again(), 3);
  EXPECT_EQ(queue_.window().size(), 3) << "and retains them on";
}

TEST_F(RetainingQueueTest, PushesAgainBeforeAnythingNew) {
  ASSERT_TRUE(Push(0, {"a"}));
  broker_.RestartEmpty();
  EXPECT_FALSE(Push(0, {"lost connection"}));
  ASSERT_TRUE(Push(0, {"new"}));
  EXPECT_THAT(Bodies(0), ElementsAre("a", "new"));
}

TEST_F(RetainingQueueTest, PushesAgainAfterAWipeThatLeftTheConnection) {
  ASSERT_TRUE(Push(0, {"a"}));
  broker_.Wipe();
  ASSERT_TRUE(Push(0, {"b"}));  // its answer tells
  ASSERT_TRUE(queue_.Open().ok());
  const auto bodies = Bodies(0);
  EXPECT_THAT(std::set<std::string>(bodies.begin(), bodies.end()), ElementsAre("a", "b"));
}

TEST_F(RetainingQueueTest, NoticesAWipeWhileIdle) {
  ASSERT_TRUE(Push(0, {"a"}));
  broker_.Wipe();
  EXPECT_FALSE(queue_.Look().ok());
  ASSERT_TRUE(queue_.Open().ok());
  EXPECT_THAT(Bodies(0), ElementsAre("a"));
}

TEST_F(RetainingQueueTest, PushesAgainAfterAFailoverToAStaleReplica) {
  ASSERT_TRUE(Push(0, {"a"}));
  broker_.FreezeReplica();
  ASSERT_TRUE(Push(0, {"b"}));
  broker_.FailOver();
  EXPECT_FALSE(queue_.Look().ok());
  ASSERT_TRUE(queue_.Open().ok());
  const auto bodies = Bodies(0);
  EXPECT_EQ(bodies.front(), "a");
  EXPECT_THAT(std::set<std::string>(bodies.begin(), bodies.end()), ElementsAre("a", "b"));
  std::set<std::string> entries;
  for (const auto& entry : broker_.Entries(0)) entries.insert(entry);
  EXPECT_EQ(entries.size(), bodies.size()) << "no entry's bytes are twice on a list";
}

// The new server's head counts other entries than the old one's did.
TEST_F(RetainingQueueTest, DoesNotBelieveANewServersHeadBeforeItHasEverything) {
  broker_.FreezeReplica();
  ASSERT_TRUE(Push(0, {"a"}));
  broker_.FailOver();
  for (int i = 0; i < 5; ++i) broker_.Append(0, EntryOf("another ingest's"));
  broker_.Trim(0, 5);  // head 5 is past the position that "a" had
  EXPECT_FALSE(queue_.Look().ok());
  ASSERT_TRUE(queue_.Open().ok());
  EXPECT_THAT(Bodies(0), ElementsAre("a"));
  EXPECT_EQ(queue_.window().size(), 1);
}

TEST_F(RetainingQueueTest, StartsOverIfTheServerDiesWhileItPushesAgain) {
  ASSERT_TRUE(Push(0, {"a"}));
  ASSERT_TRUE(Push(1, {"b"}));
  broker_.RestartEmpty();
  EXPECT_FALSE(queue_.Look().ok());
  broker_.LoseNextAnswer();
  EXPECT_FALSE(queue_.Open().ok());
  broker_.RestartEmpty();
  ASSERT_TRUE(queue_.Open().ok());
  EXPECT_THAT(Bodies(0), ElementsAre("a"));
  EXPECT_THAT(Bodies(1), ElementsAre("b"));
}

TEST_F(RetainingQueueTest, AReconnectToTheSameServerPushesNothingAgain) {
  ASSERT_TRUE(Push(0, {"a"}));
  broker_.SetReachable(false);
  EXPECT_FALSE(queue_.Look().ok());
  broker_.SetReachable(true);
  ASSERT_TRUE(queue_.Open().ok());
  EXPECT_EQ(queue_.pushed_again(), 0);
  EXPECT_THAT(Bodies(0), SizeIs(1));
}

TEST_F(RetainingQueueTest, RefusedEntriesAreNotRetained) {
  broker_.SetFull(true);
  ASSERT_TRUE(queue_.Open().ok());
  std::vector<PartitionedEntry> entries;
  entries.push_back({0, kPartitions, {EntryOf("a"), 0}});
  const auto statuses = queue_.Push(entries);
  ASSERT_TRUE(statuses.ok());
  EXPECT_THAT(*statuses, SizeIs(1));
  EXPECT_TRUE(absl::IsResourceExhausted((*statuses)[0]));
  EXPECT_EQ(queue_.window().size(), 0);
}

TEST_F(RetainingQueueTest, AnUpdateKeepsItsRevisionWhenPushedAgain) {
  queue::v1::Change change;
  change.set_comment_id(std::string(16, 'x'));
  change.mutable_update()->set_body("edit");
  ASSERT_TRUE(queue_.Open().ok());
  std::vector<PartitionedEntry> entries;
  for (int i = 0; i < 2; ++i) entries.push_back({0, kPartitions, {queue::EncodeEntry(change), 0}});
  ASSERT_TRUE(queue_.Push(entries).ok());
  EXPECT_LT(entries[0].revision, entries[1].revision);
  broker_.RestartEmpty();
  EXPECT_FALSE(queue_.Look().ok());
  ASSERT_TRUE(queue_.Open().ok());
  const auto again = broker_.Entries(0);
  ASSERT_THAT(again, SizeIs(2));
  EXPECT_EQ(queue::RevisionOf(again[0]), entries[0].revision);
  EXPECT_EQ(queue::RevisionOf(again[1]), entries[1].revision);
}

}  // namespace
}  // namespace inkwell::ingest
