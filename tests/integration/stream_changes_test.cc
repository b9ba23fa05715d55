// StreamChanges with the real programs: each change has its result once, and reaches
// Postgres if that says so, however client, server and stream end.

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <set>
#include <string>
#include <thread>

#include "tests/integration/streaming_client.h"
#include "tests/support/await.h"
#include "tests/support/error_details.h"
#include "tests/support/stack.h"

namespace inkwell::testing {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

v1::TaggedChange CreateChange(int number, int series = 0) {
  v1::TaggedChange change;
  *change.mutable_create() = CreateOf(CommentId(number, series));
  return change;
}

v1::TaggedChange UpdateChange(int number, const std::string& body) {
  v1::TaggedChange change;
  change.mutable_update()->mutable_comment()->set_comment_id(CommentId(number));
  change.mutable_update()->mutable_comment()->set_body(body);
  return change;
}

v1::TaggedChange DeleteChange(int number) {
  v1::TaggedChange change;
  change.mutable_delete_()->set_comment_id(CommentId(number));
  return change;
}

v1::StreamChangesRequest Creates(int first, int count, int series = 0) {
  v1::StreamChangesRequest message;
  for (int i = first; i < first + count; ++i) {
    *message.add_changes() = CreateChange(i, series);
    message.mutable_changes(i - first)->set_tag(i);
  }
  return message;
}

void ExpectEachTagOnce(const std::multimap<std::int64_t, v1::ChangeResult>& results,
                       std::int64_t count) {
  std::int64_t next = 0;
  for (const auto& [tag, result] : results) ASSERT_EQ(tag, next++);
  EXPECT_EQ(next, count);
}

class StreamChanges : public ::testing::Test {
 protected:
  StreamChanges() : ingest_(stack_.AddIngest()), flusher_(stack_.AddFlusher(OnRequestOnly())) {}

  // That each change with an OK result is a comment in Postgres.
  void ExpectAcknowledgedArePersisted(const StreamingClient& client, int series = 0) {
    const auto ids = stack_.QueryAll("SELECT comment_id FROM comments");
    const std::set<std::string> rows(ids.begin(), ids.end());
    for (const auto& [tag, result] : client.results()) {
      ASSERT_EQ(result.code(), 0) << result.message();
      ASSERT_TRUE(rows.contains(CommentId(static_cast<int>(tag), series))) << tag;
    }
  }

  Stack stack_;
  ServiceProcess& ingest_;
  ServiceProcess& flusher_;
};

TEST_F(StreamChanges, ThousandsArriveOnceAndInOrder) {
  constexpr int kComments = 5000;
  // Each comment is created, each second one edited twice, each tenth deleted.
  std::vector<v1::TaggedChange> changes;
  for (int i = 0; i < kComments; ++i) changes.push_back(CreateChange(i));
  for (int i = 0; i < kComments; i += 2) changes.push_back(UpdateChange(i, "first edit"));
  for (int i = 0; i < kComments; i += 2) changes.push_back(UpdateChange(i, "second edit"));
  for (int i = 0; i < kComments; i += 10) changes.push_back(DeleteChange(i));
  StreamingClient client(ingest_);
  client.BeginReading();
  constexpr std::size_t kPerMessage = 700;
  for (std::size_t first = 0; first < changes.size(); first += kPerMessage) {
    v1::StreamChangesRequest message;
    for (std::size_t i = first; i < std::min(changes.size(), first + kPerMessage); ++i) {
      changes[i].set_tag(static_cast<std::int64_t>(i));
      *message.add_changes() = changes[i];
    }
    ASSERT_TRUE(client.Send(message));
  }
  client.HalfClose();
  const auto status = client.AwaitEnd();
  EXPECT_TRUE(status.ok()) << status.error_message();

  const auto results = client.results();
  ExpectEachTagOnce(results, static_cast<std::int64_t>(changes.size()));
  for (const auto& [tag, result] : results) {
    ASSERT_EQ(result.code(), 0) << result.message();
    const auto& change = changes[static_cast<std::size_t>(tag)];
    ASSERT_EQ(result.comment_id(), change.has_create()   ? change.create().comment().comment_id()
                                   : change.has_update() ? change.update().comment().comment_id()
                                                         : change.delete_().comment_id());
    ASSERT_TRUE(result.has_accept_time());
  }
  Flush(flusher_);
  const auto count = [this](const std::string& condition) {
    return stack_.QueryOne("SELECT count(*) FROM comments WHERE " + condition);
  };
  EXPECT_EQ(stack_.CountComments(), kComments);
  EXPECT_EQ(count("delete_time IS NOT NULL AND body = ''"), std::to_string(kComments / 10));
  EXPECT_EQ(count("body = 'second edit'"), std::to_string(kComments / 2 - kComments / 10));
  EXPECT_EQ(count("body = 'body of ' || comment_id"), std::to_string(kComments / 2));
  EXPECT_EQ(stack_.QueryOne("SELECT count(*) FROM dead_letters"), "0");
}

TEST_F(StreamChanges, IngestGivesOutIdsThatTheResultsTell) {
  v1::StreamChangesRequest message = Creates(0, 3);
  for (auto& change : *message.mutable_changes()) {
    change.mutable_create()->mutable_comment()->clear_comment_id();
  }
  StreamingClient client(ingest_);
  client.BeginReading();
  ASSERT_TRUE(client.Send(message));
  client.HalfClose();
  ASSERT_TRUE(client.AwaitEnd().ok());
  Flush(flusher_);
  std::set<std::string> ids;
  for (const auto& [tag, result] : client.results()) ids.insert(result.comment_id());
  const auto rows = stack_.QueryAll("SELECT comment_id FROM comments");
  EXPECT_EQ(ids, std::set<std::string>(rows.begin(), rows.end()));
  EXPECT_EQ(ids.size(), 3U);
}

TEST_F(StreamChanges, ABadChangeGetsItsOwnResultAndHarmsNoOther) {
  v1::StreamChangesRequest message = Creates(0, 5);
  auto& comment = *message.mutable_changes(1)->mutable_create()->mutable_comment();
  comment.clear_body();
  comment.set_post_id(std::string(129, 'p'));
  message.mutable_changes(2)->clear_create();
  message.mutable_changes(3)->mutable_create()->set_durability(v1::DURABILITY_REPLICATED);
  StreamingClient client(ingest_);
  client.BeginReading();
  ASSERT_TRUE(client.Send(message));
  ASSERT_TRUE(client.Send(Creates(5, 1)));
  client.HalfClose();
  EXPECT_TRUE(client.AwaitEnd().ok());
  ExpectEachTagOnce(client.results(), 6);
  std::vector<int> codes;
  for (const auto& [tag, result] : client.results()) codes.push_back(result.code());
  EXPECT_THAT(codes,
              ElementsAre(0, grpc::StatusCode::INVALID_ARGUMENT, grpc::StatusCode::INVALID_ARGUMENT,
                          grpc::StatusCode::FAILED_PRECONDITION, 0, 0));
  const auto bad = client.results().find(1)->second;
  EXPECT_THAT(bad.message(), HasSubstr("create.comment.post_id"));
  EXPECT_THAT(bad.message(), HasSubstr("create.comment.body"));
  Flush(flusher_);
  EXPECT_THAT(stack_.QueryAll("SELECT comment_id FROM comments ORDER BY 1"),
              ElementsAre(CommentId(0), CommentId(4), CommentId(5)));
}

TEST_F(StreamChanges, AMessageOfNoneOrOfTooManyEndsTheStream) {
  for (const int size : {0, 1001}) {
    StreamingClient client(ingest_);
    client.BeginReading();
    client.Send(Creates(0, 10));
    client.Send(Creates(10, size));
    const auto status = client.AwaitEnd();
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << status.error_message();
    EXPECT_EQ(DetailsOf(status).reason, "INVALID_FIELDS");
    EXPECT_THAT(DetailsOf(status).fields, ElementsAre("changes"));
    ExpectEachTagOnce(client.results(), 10);
  }
}

TEST_F(StreamChanges, AClientThatVanishesLosesNothingThatItHasAResultFor) {
  StreamingClient client(ingest_);
  client.BeginReading();
  std::jthread sender([&client] {
    for (int first = 0; client.Send(Creates(first, 100)); first += 100) {
    }
  });
  ASSERT_TRUE(client.AwaitResults(5000));
  client.Vanish();
  EXPECT_EQ(client.AwaitEnd().error_code(), grpc::StatusCode::CANCELLED);
  sender.join();

  StreamingClient next(ingest_);
  next.BeginReading();
  ASSERT_TRUE(next.Send(Creates(0, 100, /*series=*/1)));
  next.HalfClose();
  EXPECT_TRUE(next.AwaitEnd().ok());
  Flush(flusher_);
  ExpectAcknowledgedArePersisted(client);
  ExpectAcknowledgedArePersisted(next, /*series=*/1);
}

TEST_F(StreamChanges, AClientThatDoesNotReadIsStoppedAndLaterServed) {
  constexpr int kMessages = 100;
  constexpr int kPerMessage = 1000;
  StreamingClient client(TightChannelTo(ingest_));
  std::atomic<int> sent = 0;
  std::jthread sender([&] {
    while (sent < kMessages && client.Send(Creates(sent * kPerMessage, kPerMessage))) ++sent;
    client.HalfClose();
  });
  // The window's 8000, and those whose results lie in buffers.
  const auto taken = [this] { return GetStatus(flusher_).pending(); };
  ASSERT_TRUE(Await([&] { return taken() >= 8000; }));
  EXPECT_FALSE(Await([&] { return taken() > 20 * kPerMessage; }, seconds(3))) << taken();
  EXPECT_LT(sent, kMessages);
  client.BeginReading();
  EXPECT_TRUE(client.AwaitEnd().ok());
  sender.join();
  ExpectEachTagOnce(client.results(), kMessages * kPerMessage);
}

TEST_F(StreamChanges, OpenStreamsDoNotHoldUpTheEnd) {
  stack_.AddFlusher({"--schedule=@every 50ms"});
  auto& leaving = stack_.AddIngest({"--drain_timeout=30s"});
  StreamingClient idle(leaving);
  StreamingClient busy(leaving);
  idle.BeginReading();
  busy.BeginReading();
  ASSERT_TRUE(idle.Send(Creates(0, 10, /*series=*/1)));
  ASSERT_TRUE(idle.AwaitResults(10));
  std::jthread sender([&busy] {
    for (int first = 0; busy.Send(Creates(first, 100)); first += 100) {
    }
  });
  ASSERT_TRUE(busy.AwaitResults(2000));
  const auto asked = std::chrono::steady_clock::now();
  leaving.Signal(SIGTERM);
  EXPECT_EQ(leaving.Wait(), 0) << leaving.Log();
  EXPECT_LT(std::chrono::steady_clock::now() - asked, seconds(15)) << leaving.Log();
  const auto told = idle.AwaitEnd();
  EXPECT_EQ(told.error_code(), grpc::StatusCode::UNAVAILABLE) << told.error_message();
  EXPECT_EQ(DetailsOf(told).reason, "SHUTTING_DOWN");
  EXPECT_TRUE(DetailsOf(told).retry_delay.has_value());
  // One that goes on sending may hear instead that the connection was closed on it.
  EXPECT_EQ(busy.AwaitEnd().error_code(), grpc::StatusCode::UNAVAILABLE);
  sender.join();
  Flush(flusher_);
  ExpectAcknowledgedArePersisted(idle, /*series=*/1);
  ExpectAcknowledgedArePersisted(busy);
}

}  // namespace
}  // namespace inkwell::testing
