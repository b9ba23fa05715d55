// What a batch's span says, seen from the drain of a partition.
#include "services/flusher/flush/batch_trace.h"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "services/flusher/flush/drain_partition.h"
#include "tests/unit/flush_fixture.h"

namespace inkwell::flusher {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using testing::FakeDatabase;
using ::testing::IsEmpty;
using ::testing::Key;
using ::testing::Not;
using ::testing::Pair;
using ::testing::SizeIs;

// Keeps what it is told.
class KeepingTracer final : public Tracer {
 public:
  struct Kept {
    std::string name;
    absl::Status status;
    std::vector<TraceContext> links;
    std::map<std::string, std::int64_t> attributes;
  };

  std::unique_ptr<Span> StartCall(std::string_view /*service*/, std::string_view /*method*/,
                                  const std::optional<TraceContext>& /*caller*/) override {
    return nullptr;
  }
  void Record(const FinishedSpan& span) override {
    kept.push_back({std::string(span.name),
                    span.status,
                    {span.links.begin(), span.links.end()},
                    {span.attributes.begin(), span.attributes.end()}});
  }

  std::vector<Kept> kept;
};

TraceContext Trace(int number) {
  return *TraceContext::FromBytes(fmt::format("trace {:010}span {:03}", number, number));
}

class BatchTraceTest : public ::testing::Test {
 protected:
  // A create of comment `number`, whose trace is these bytes.
  void Append(int number, const std::string& trace) {
    auto change = testing::ChangeOf(number, 1'000'000);
    change.mutable_create()->set_post_id("post");
    change.mutable_create()->set_author_id("author");
    change.mutable_create()->set_body("body");
    change.set_trace_context(trace);
    broker_.Append(0, testing::PushedEntry(change));
  }
  void Append(int number, const TraceContext& trace) {
    Append(number, std::string(trace.AsBytes()));
  }

  absl::StatusOr<BatchResult> Drain() {
    return PartitionDrainer(queue_, store_, Folding::kOn, &tracer_).DrainBatch(0, {});
  }

  testing::FakeBroker broker_{testing::kFakePartitions};
  FakeDatabase database_;
  testing::FakeDrainQueue queue_{broker_};
  testing::FakeStore store_{database_};
  KeepingTracer tracer_;
};

TEST_F(BatchTraceTest, LinksToEachTraceOnce) {
  Append(1, Trace(1));
  Append(2, "");
  Append(3, Trace(2));
  Append(4, Trace(1));
  ASSERT_TRUE(Drain().ok());
  ASSERT_THAT(tracer_.kept, SizeIs(1));
  const auto& span = tracer_.kept[0];
  EXPECT_EQ(span.name, "flush batch");
  EXPECT_TRUE(span.status.ok());
  EXPECT_THAT(span.links, ElementsAre(Trace(1), Trace(2)));
  EXPECT_THAT(span.attributes, ElementsAre(Pair("inkwell.changes", 4), Pair("inkwell.inserted", 4),
                                           Pair("inkwell.partition", 0)));
}

TEST_F(BatchTraceTest, BoundsItsLinksAndCountsTheRest) {
  const int limit = BatchTrace::kMaxLinks;
  for (int i = 0; i < limit + 10; ++i) Append(i, Trace(i));
  Append(1000, Trace(3));
  ASSERT_TRUE(Drain().ok());
  ASSERT_THAT(tracer_.kept, SizeIs(1));
  EXPECT_THAT(tracer_.kept[0].links, SizeIs(limit));
  EXPECT_THAT(tracer_.kept[0].links, Not(Contains(Trace(limit))));
  EXPECT_THAT(tracer_.kept[0].attributes, Contains(Pair("inkwell.changes_not_linked", 10)));
}

TEST_F(BatchTraceTest, IgnoresATraceThatIsNone) {
  Append(1, "no trace");
  Append(2, std::string(TraceContext::kBytes, '\0'));
  const auto result = Drain();
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->outcomes.inserted, 2) << "a change is none the worse for it";
  ASSERT_THAT(tracer_.kept, SizeIs(1));
  EXPECT_THAT(tracer_.kept[0].links, IsEmpty());
}

TEST_F(BatchTraceTest, SaysWhyTheBatchFailed) {
  Append(1, Trace(1));
  database_.FailNext(FakeDatabase::Step::kCommit);
  EXPECT_FALSE(Drain().ok());
  ASSERT_THAT(tracer_.kept, SizeIs(1));
  EXPECT_TRUE(absl::IsUnavailable(tracer_.kept[0].status));
  EXPECT_THAT(tracer_.kept[0].links, ElementsAre(Trace(1)));
  EXPECT_THAT(tracer_.kept[0].attributes, Not(Contains(Key("inkwell.inserted"))));
}

TEST_F(BatchTraceTest, HasNothingToSayOfAnEmptyList) {
  ASSERT_TRUE(Drain().ok());
  EXPECT_THAT(tracer_.kept, IsEmpty());
}

}  // namespace
}  // namespace inkwell::flusher
