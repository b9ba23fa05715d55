// The way of a comment: from a gRPC call through Redis into a row.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "common/base/clock.h"
#include "common/base/uuid.h"
#include "google/protobuf/util/time_util.h"
#include "tests/support/stack.h"

namespace inkwell::testing {
namespace {

using google::protobuf::util::TimeUtil;
using ::testing::Each;
using ::testing::Property;
using ::testing::SizeIs;

std::int64_t MicrosecondsOf(const google::protobuf::Timestamp& time) {
  return TimeUtil::TimestampToMicroseconds(time);
}

TEST(EndToEnd, EveryFieldOfACommentReachesItsRow) {
  Stack stack;
  auto& ingest = stack.AddIngest();
  auto& flusher = stack.AddFlusher(OnRequestOnly());
  auto request = CreateOf(CommentId(7));
  auto& comment = *request.mutable_comment();
  comment.set_post_id("post/42");
  comment.set_author_id("ünal");
  comment.set_reply_to_id(CommentId(6));
  comment.set_body("it's \"fine\"\n\ttab \\ 墨");
  (*comment.mutable_attributes())["mood"] = "so \"so\" \\ 墨";
  (*comment.mutable_attributes())["empty"] = "";
  // A client's times are ignored.
  comment.mutable_create_time()->set_seconds(1);
  comment.mutable_delete_time()->set_seconds(2);
  const SystemClock clock;
  const WallTime before = clock.Now();
  v1::CreateCommentResponse response;
  ASSERT_TRUE(Create(ingest, request, &response).ok());
  EXPECT_EQ(Flush(flusher).counts().inserted(), 1);

  const auto accepted = MicrosecondsOf(response.comment().create_time());
  EXPECT_GE(accepted, before.time_since_epoch().count());
  EXPECT_LE(accepted, clock.Now().time_since_epoch().count());
  EXPECT_EQ(MicrosecondsOf(response.comment().update_time()), accepted);
  EXPECT_FALSE(response.comment().has_delete_time());
  EXPECT_EQ(response.durability(), v1::DURABILITY_ENQUEUED);

  const auto column = [&](const std::string& expression) {
    return stack.QueryOne("SELECT " + expression + " FROM comments");
  };
  EXPECT_EQ(column("comment_id"), CommentId(7));
  EXPECT_EQ(column("post_id"), "post/42");
  EXPECT_EQ(column("author_id"), "ünal");
  EXPECT_EQ(column("reply_to_id"), CommentId(6));
  EXPECT_EQ(column("body"), comment.body());
  EXPECT_EQ(column("attributes->>'mood'"), "so \"so\" \\ 墨");
  EXPECT_EQ(column("attributes - 'mood'"), R"({"empty": ""})");
  EXPECT_EQ(column("(extract(epoch FROM create_time) * 1000000)::bigint"),
            std::to_string(accepted));
  EXPECT_EQ(column("update_time = create_time"), "t");
  EXPECT_EQ(column("delete_time IS NULL"), "t");
  EXPECT_EQ(column("revision"), "0");
}

TEST(EndToEnd, ACreateWithoutAnIdIsGivenOne) {
  Stack stack;
  auto& ingest = stack.AddIngest();
  auto& flusher = stack.AddFlusher(OnRequestOnly());
  v1::CreateCommentResponse response;
  ASSERT_TRUE(Create(ingest, CreateOf(""), &response).ok());
  const auto id = Uuid::FromText(response.comment().comment_id());
  ASSERT_TRUE(id) << response.comment().comment_id();
  EXPECT_EQ(id->bytes[6] >> 4, 7) << "version 7";
  EXPECT_EQ(Flush(flusher).counts().inserted(), 1);
  EXPECT_EQ(stack.QueryOne("SELECT comment_id FROM comments WHERE reply_to_id IS NULL"),
            id->ToText());
  EXPECT_EQ(stack.QueryOne("SELECT attributes FROM comments"), "{}");
}

TEST(EndToEnd, ABatchOfAThousandBecomesAThousandRows) {
  Stack stack;
  auto& ingest = stack.AddIngest();
  auto& flusher = stack.AddFlusher(OnRequestOnly());
  v1::BatchCreateCommentsRequest batch;
  for (int i = 0; i < 1000; ++i) *batch.add_requests() = CreateOf(i % 2 == 0 ? CommentId(i) : "");
  v1::BatchCreateCommentsResponse response;
  ASSERT_TRUE(BatchCreate(ingest, batch, &response).ok());
  ASSERT_THAT(response.results(), SizeIs(1000));
  EXPECT_THAT(response.results(), Each(Property(&v1::ChangeResult::code, 0)));
  EXPECT_EQ(response.results(998).comment_id(), CommentId(998)) << "results are in order";

  EXPECT_EQ(Flush(flusher).counts().inserted(), 1000);
  const auto ids = stack.QueryAll("SELECT comment_id FROM comments");
  const std::set<std::string> rows(ids.begin(), ids.end());
  for (const auto& result : response.results()) EXPECT_TRUE(rows.contains(result.comment_id()));
  EXPECT_THAT(rows, SizeIs(1000));
}

TEST(EndToEnd, TheFirstCreateOfAnIdWins) {
  Stack stack;
  auto& ingest = stack.AddIngest();
  auto& flusher = stack.AddFlusher(OnRequestOnly());
  const auto create = [&](const std::string& body) {
    auto request = CreateOf(CommentId(1));
    request.mutable_comment()->set_body(body);
    return Create(ingest, request).ok();
  };
  ASSERT_TRUE(create("first"));
  ASSERT_TRUE(create("second, in the same batch"));
  auto counts = Flush(flusher).counts();
  EXPECT_EQ(counts.inserted(), 1);
  EXPECT_EQ(counts.duplicate(), 1);
  ASSERT_TRUE(create("third, in a later batch"));
  counts = Flush(flusher).counts();
  EXPECT_EQ(counts.inserted(), 0);
  EXPECT_EQ(counts.duplicate(), 1);
  EXPECT_EQ(stack.QueryOne("SELECT body FROM comments"), "first");
}

TEST(EndToEnd, StatusTellsWhatIsPendingAndWhatWasDone) {
  Stack stack;
  auto& ingest = stack.AddIngest();
  auto& flusher = stack.AddFlusher(OnRequestOnly());
  const auto empty = GetStatus(flusher);
  EXPECT_THAT(empty.partitions(), SizeIs(16));
  EXPECT_EQ(empty.pending(), 0);
  EXPECT_EQ(TimeUtil::DurationToMicroseconds(empty.lag()), 0);
  EXPECT_FALSE(empty.has_last_flush());
  EXPECT_TRUE(empty.has_next_run_time());

  CreateMany(ingest, 100);
  const auto full = GetStatus(flusher);
  EXPECT_EQ(full.pending(), 100);
  std::int64_t pending = 0;
  for (const auto& partition : full.partitions()) pending += partition.pending();
  EXPECT_EQ(pending, 100);
  EXPECT_GT(TimeUtil::DurationToMicroseconds(full.lag()), 0);

  const auto flushed = Flush(flusher);
  EXPECT_EQ(flushed.counts().inserted(), 100);
  EXPECT_GE(flushed.batches(), 1);
  const auto after = GetStatus(flusher);
  EXPECT_EQ(after.pending(), 0);
  EXPECT_EQ(TimeUtil::DurationToMicroseconds(after.lag()), 0);
  EXPECT_EQ(after.totals().inserted(), 100);
  EXPECT_EQ(after.last_flush().counts().inserted(), 100);
}

TEST(EndToEnd, NamespacesOnOneRedisKeepApart) {
  Stack stack;
  auto& ingest = stack.AddIngest({"--namespace=one", "--partitions=4"});
  auto& stranger = stack.AddFlusher({"--namespace=two", "--partitions=8", "--schedule=@every 24h"});
  CreateMany(ingest, 10);
  EXPECT_EQ(Flush(stranger).counts().inserted(), 0);
  auto& flusher = stack.AddFlusher({"--namespace=one", "--partitions=4"});
  EXPECT_TRUE(Await([&] { return stack.CountComments() == 10; })) << flusher.Log();
}

}  // namespace
}  // namespace inkwell::testing
