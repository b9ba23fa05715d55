// Streams from their client to the list and back, over a wire and a queue in memory.

#include "services/ingest/change_stream.h"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>

#include "common/queue/change_codec.h"
#include "services/ingest/open_streams.h"
#include "tests/support/await.h"
#include "tests/support/fake_queue.h"
#include "tests/support/id_of.h"
#include "tests/support/manual_clock.h"
#include "tests/unit/fake_stream_wire.h"

namespace inkwell::ingest {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using testing::Await;
using ::testing::ElementsAre;
using testing::FakeStreamWire;
using ::testing::HasSubstr;
using testing::IdOf;

constexpr int kPartitions = 4;

v1::TaggedChange& AddCreate(v1::StreamChangesRequest& message, std::int64_t tag) {
  auto& change = *message.add_changes();
  change.set_tag(tag);
  auto& comment = *change.mutable_create()->mutable_comment();
  comment.set_comment_id(IdOf(static_cast<int>(tag)).ToText());
  comment.set_post_id("post");
  comment.set_author_id("author");
  comment.set_body("body");
  return change;
}

v1::StreamChangesRequest Creates(std::int64_t first_tag, int count) {
  v1::StreamChangesRequest message;
  for (int i = 0; i < count; ++i) AddCreate(message, first_tag + i);
  return message;
}

class ChangeStreamTest : public ::testing::Test {
 protected:
  static PushWriterOptions WriterOptions() {
    PushWriterOptions options;
    options.partitions = kPartitions;
    options.limits.ack_timeout = hours(24);
    options.look_interval = milliseconds(2);
    options.max_backlog = 100'000;
    return options;
  }

  // What Redis can give is known once it was reached.
  void SetUp() override {
    writer_.Start();
    ASSERT_TRUE(Await([&] { return reachable_.load(); }));
  }

  std::weak_ptr<ChangeStream> Begin(FakeStreamWire& client, const StreamWindow::Limits& limits = {},
                                    const std::optional<TraceContext>& trace = {}) {
    const auto stream =
        std::make_shared<ChangeStream>(context_, SteadyTime::max(), client, limits, trace);
    streams_.Enter(stream);
    client.Begin(stream);
    return stream;
  }

  // The comment_ids' last bytes and, of updates, the bodies in a partition's list.
  std::vector<std::string> UpdatedBodies(int partition) {
    std::vector<std::string> bodies;
    for (const auto& entry : broker_.Entries(partition)) {
      queue::v1::Change change;
      EXPECT_TRUE(change.ParseFromString(entry));
      if (change.has_update()) bodies.push_back(change.update().body());
    }
    return bodies;
  }

  std::size_t EntryCount() {
    std::size_t count = 0;
    for (int p = 0; p < kPartitions; ++p) count += broker_.Entries(p).size();
    return count;
  }

  // Every tag from 0 on once.
  static void ExpectEachOnce(const std::multimap<std::int64_t, v1::ChangeResult>& results,
                             std::int64_t count) {
    std::int64_t next = 0;
    for (const auto& [tag, result] : results) ASSERT_EQ(tag, next++);
    EXPECT_EQ(next, count);
  }

  testing::FakeBroker broker_{kPartitions};
  IngestMetrics metrics_;
  testing::ManualClock clock_;
  std::atomic<bool> reachable_ = false;
  PushWriter writer_{WriterOptions(), std::make_unique<testing::FakePushQueue>(broker_), metrics_,
                     [this](bool reachable) { reachable_ = reachable; },
                     [](const absl::Status& /*status*/) {}};
  const CallContext context_{writer_, clock_, metrics_, {}};
  OpenStreams streams_;
};

TEST_F(ChangeStreamTest, EachChangeGetsItsResultAndThenTheStreamEnds) {
  FakeStreamWire client;
  Begin(client);
  for (int i = 0; i < 20; ++i) client.Send(Creates(i * 100, 100));
  client.HalfClose();
  EXPECT_TRUE(client.AwaitEnd().ok());
  const auto results = client.results();
  ExpectEachOnce(results, 2000);
  for (const auto& [tag, result] : results) {
    ASSERT_EQ(result.code(), 0) << result.message();
    ASSERT_EQ(result.comment_id(), IdOf(static_cast<int>(tag)).ToText());
    ASSERT_EQ(result.accept_time().seconds(), 1'800'000'000);
  }
  EXPECT_EQ(EntryCount(), 2000U);
}

TEST_F(ChangeStreamTest, AnEmptyStreamEndsAtOnce) {
  FakeStreamWire client;
  Begin(client);
  client.HalfClose();
  EXPECT_TRUE(client.AwaitEnd().ok());
  EXPECT_EQ(client.writes(), 0);
}

TEST_F(ChangeStreamTest, ChangesOfACommentStayInOrder) {
  constexpr int kUpdates = 3000;
  FakeStreamWire client;
  Begin(client);
  std::vector<std::string> expected;
  for (int first = 0; first < kUpdates; first += 30) {
    v1::StreamChangesRequest message;
    for (int i = first; i < first + 30; ++i) {
      expected.push_back(fmt::format("edit {}", i));
      auto& update = *message.add_changes()->mutable_update();
      update.mutable_comment()->set_comment_id(IdOf(1).ToText());
      update.mutable_comment()->set_body(expected.back());
    }
    client.Send(std::move(message));
  }
  client.HalfClose();
  EXPECT_TRUE(client.AwaitEnd().ok());
  std::vector<std::string> bodies;
  for (int p = 0; p < kPartitions; ++p) {
    for (auto& body : UpdatedBodies(p)) bodies.push_back(std::move(body));
  }
  EXPECT_EQ(bodies, expected);
}

TEST_F(ChangeStreamTest, ABadChangeGetsItsOwnResult) {
  v1::StreamChangesRequest message = Creates(0, 2);
  auto& bad = AddCreate(message, 2);
  bad.mutable_create()->mutable_comment()->clear_body();
  bad.mutable_create()->mutable_comment()->clear_post_id();
  message.add_changes()->set_tag(3);
  auto& dear = AddCreate(message, 4);
  dear.mutable_create()->set_durability(v1::DURABILITY_REPLICATED);
  auto& stranger = *message.add_changes();
  stranger.set_tag(5);
  stranger.mutable_delete_()->set_comment_id("stranger");
  FakeStreamWire client;
  Begin(client);
  client.Send(message);
  client.HalfClose();
  EXPECT_TRUE(client.AwaitEnd().ok());
  std::vector<std::string> told;
  for (const auto& [tag, result] : client.results()) {
    told.push_back(fmt::format("{} {} {}", tag, result.code(), result.message().substr(0, 38)));
    EXPECT_EQ(result.has_accept_time(), result.code() == 0);
  }
  EXPECT_THAT(told, ElementsAre("0 0 ", "1 0 ", "2 3 create.comment.post_id: is missing; ex",
                                "3 3 change: is missing; expected create, u",
                                "4 9 this durability can't be given: Redis ",
                                "5 3 delete.comment_id: is no UUID; expecte"));
  EXPECT_THAT(client.results().find(2)->second.message(), HasSubstr("create.comment.body"));
  EXPECT_EQ(client.results().find(2)->second.comment_id(), IdOf(2).ToText());
  EXPECT_EQ(client.results().find(5)->second.comment_id(), "");
  EXPECT_EQ(EntryCount(), 2U);
}

TEST_F(ChangeStreamTest, AFullPartitionRefusesItsOwnChangesAlone) {
  const int full = 1;
  for (int i = 0; i < 100'000; ++i) broker_.Append(full, "x");
  ASSERT_TRUE(Await([&] { return !writer_.CheckBacklog(full).ok(); }));
  FakeStreamWire client;
  Begin(client);
  client.Send(Creates(0, 100));
  client.HalfClose();
  EXPECT_TRUE(client.AwaitEnd().ok());
  const auto results = client.results();
  ExpectEachOnce(results, 100);
  int refused = 0;
  for (const auto& [tag, result] : results) {
    if (result.code() == 0) continue;
    ++refused;
    EXPECT_EQ(result.code(), static_cast<int>(absl::StatusCode::kResourceExhausted));
    EXPECT_EQ(result.comment_id(), IdOf(static_cast<int>(tag)).ToText());
  }
  EXPECT_GT(refused, 0);
  EXPECT_LT(refused, 100);
}

TEST_F(ChangeStreamTest, AMessageOfABadSizeEndsTheStreamAfterTheAnswers) {
  for (const int size : {0, 1001}) {
    broker_.HoldPushes();
    FakeStreamWire client;
    Begin(client);
    client.Send(Creates(0, 1000));
    client.Send(Creates(1000, size));
    client.Send(Creates(5000, 1));
    ASSERT_TRUE(Await([&] { return client.unsent() == 1; }));
    broker_.ReleasePushes();
    const auto end = client.AwaitEnd();
    EXPECT_TRUE(absl::IsInvalidArgument(end)) << end;
    EXPECT_THAT(std::string(end.message()),
                HasSubstr(fmt::format("changes: has {} entries; expected 1 to 1000", size)));
    ExpectEachOnce(client.results(), 1000);
  }
}

TEST_F(ChangeStreamTest, AClientThatDoesNotReadIsReadNoMore) {
  FakeStreamWire client;
  Begin(client, {.max_changes = 100, .max_bytes = 1 << 20, .max_results = 10});
  client.StopReading();
  for (int i = 0; i < 100; ++i) client.Send(Creates(i * 10, 10));
  client.HalfClose();
  // All that may be read is, and its changes are on the list: no more comes.
  ASSERT_TRUE(Await([&] { return EntryCount() == 100; }));
  EXPECT_EQ(client.unsent(), 90U);
  client.ReadOn();
  EXPECT_TRUE(client.AwaitEnd().ok());
  ExpectEachOnce(client.results(), 1000);
  EXPECT_GE(client.writes(), 100);
}

TEST_F(ChangeStreamTest, WhatAClientSentBeforeItLeftIsNotLost) {
  broker_.HoldPushes();
  FakeStreamWire client;
  const auto stream = Begin(client);
  client.Send(Creates(0, 1000));
  broker_.AwaitHeldPush();
  client.Leave();
  EXPECT_TRUE(absl::IsCancelled(client.AwaitEnd()));
  EXPECT_FALSE(stream.expired()) << "its changes are not yet answered";
  broker_.ReleasePushes();
  EXPECT_TRUE(Await([&] { return EntryCount() == 1000; }));
  streams_.Leave(stream.lock());
  EXPECT_TRUE(Await([&] { return stream.expired(); }));
}

TEST_F(ChangeStreamTest, StoppedItAnswersWhatItTookAndEnds) {
  broker_.HoldPushes();
  FakeStreamWire busy;
  FakeStreamWire idle;
  FakeStreamWire late;
  Begin(busy);
  Begin(idle);
  busy.Send(Creates(0, 500));
  broker_.AwaitHeldPush();
  streams_.Stop();
  EXPECT_TRUE(absl::IsUnavailable(idle.AwaitEnd()));
  broker_.ReleasePushes();
  const auto end = busy.AwaitEnd();
  EXPECT_EQ(ReasonOf(end), "SHUTTING_DOWN");
  ExpectEachOnce(busy.results(), 500);
  Begin(late);
  EXPECT_TRUE(absl::IsUnavailable(late.AwaitEnd()));
}

TEST_F(ChangeStreamTest, AWriterThatIsStoppedRefusesChangeByChange) {
  writer_.Stop(milliseconds(0));
  FakeStreamWire client;
  Begin(client);
  client.Send(Creates(0, 10));
  client.HalfClose();
  EXPECT_TRUE(client.AwaitEnd().ok());
  ExpectEachOnce(client.results(), 10);
  for (const auto& [tag, result] : client.results()) {
    EXPECT_EQ(result.code(), static_cast<int>(absl::StatusCode::kUnavailable));
  }
}

// For ThreadSanitizer: all that can happen to a stream, at once.
TEST_F(ChangeStreamTest, ManyStreamsComeAndGo) {
  for (int round = 0; round < 20; ++round) {
    OpenStreams streams;
    std::vector<FakeStreamWire> clients(6);
    for (auto& client : clients) {
      const auto stream = std::make_shared<ChangeStream>(context_, SteadyTime::max(), client,
                                                         StreamWindow::Limits{.max_changes = 50});
      streams.Enter(stream);
      client.Begin(stream);
      for (int i = 0; i < 20; ++i) client.Send(Creates(i * 10, 10));
    }
    clients[0].Leave();
    clients[1].HalfClose();
    clients[2].Send(Creates(0, 0));
    streams.Stop();
    for (auto& client : clients)
      EXPECT_NE(client.AwaitEnd().code(), absl::StatusCode::kDeadlineExceeded);
  }
}

TEST_F(ChangeStreamTest, EachChangeIsPartOfTheStreamsTrace) {
  const auto trace = TraceContext::FromBytes("the trace's id..and span");
  FakeStreamWire client;
  Begin(client, {}, trace);
  client.Send(Creates(0, 10));
  client.Send(Creates(10, 10));
  client.HalfClose();
  EXPECT_TRUE(client.AwaitEnd().ok());
  EXPECT_EQ(EntryCount(), 20u);
  for (int p = 0; p < kPartitions; ++p) {
    for (const auto& entry : broker_.Entries(p)) {
      queue::v1::Change change;
      ASSERT_TRUE(change.ParseFromString(entry));
      EXPECT_EQ(TraceContext::FromBytes(change.trace_context()), trace);
    }
  }
}

}  // namespace
}  // namespace inkwell::ingest
