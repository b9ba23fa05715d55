#include "services/ingest/stream_window.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

namespace inkwell::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Kind = StreamWindow::Step::Kind;

class StreamWindowTest : public ::testing::Test {
 protected:
  static constexpr StreamWindow::Limits kLimits = {
      .max_changes = 10, .max_bytes = 1000, .max_results = 4};

  // A message of as many changes, of `bytes` each, is read.
  void Read(std::int64_t changes, std::int64_t bytes = 1) {
    EXPECT_EQ(window_.Next().kind, Kind::kRead);
    EXPECT_TRUE(window_.Take(changes, changes * bytes));
    window_.OnReadDone();
  }

  void Know(std::int64_t first_tag, std::int64_t count, std::int64_t bytes = 1) {
    std::vector<StreamedResult> results;
    for (std::int64_t i = 0; i < count; ++i) {
      results.emplace_back().tag = first_tag + i;
      results.back().bytes = bytes;
    }
    window_.OnKnown(std::move(results));
  }

  std::vector<std::int64_t> Write() {
    const auto step = window_.Next();
    EXPECT_EQ(step.kind, Kind::kWrite);
    std::vector<std::int64_t> tags;
    for (const auto& result : step.results) tags.push_back(result.tag);
    return tags;
  }

  void ExpectNothingToDo() { EXPECT_EQ(window_.Next().kind, Kind::kNothing); }

  StreamWindow window_{kLimits};
};

TEST_F(StreamWindowTest, ReadsOneMessageAtATime) {
  EXPECT_EQ(window_.Next().kind, Kind::kRead);
  ExpectNothingToDo();
  EXPECT_TRUE(window_.Take(1, 1));
  ExpectNothingToDo();
  window_.OnReadDone();
  EXPECT_EQ(window_.Next().kind, Kind::kRead);
}

TEST_F(StreamWindowTest, ReadsNoMoreUntilResultsAreWrittenWhenChangesAreMany) {
  Read(6);
  Read(6);
  ExpectNothingToDo();
  Know(0, 3);
  EXPECT_THAT(Write(), ElementsAre(0, 1, 2));
  ExpectNothingToDo();  // known is not enough
  window_.OnWritten();
  EXPECT_EQ(window_.Next().kind, Kind::kRead);
}

TEST_F(StreamWindowTest, ReadsNoMoreUntilResultsAreWrittenWhenBytesAreMany) {
  Read(2, 500);
  ExpectNothingToDo();
  Know(0, 1, 500);
  Write();
  window_.OnWritten();
  EXPECT_EQ(window_.Next().kind, Kind::kRead);
}

TEST_F(StreamWindowTest, WritesTogetherWhatBecameKnownDuringTheLastWrite) {
  Read(10);
  Know(0, 1);
  EXPECT_THAT(Write(), ElementsAre(0));
  Know(1, 2);
  Know(3, 4);
  ExpectNothingToDo();
  window_.OnWritten();
  EXPECT_THAT(Write(), ElementsAre(1, 2, 3, 4));  // as many as a message may have
  window_.OnWritten();
  EXPECT_THAT(Write(), ElementsAre(5, 6));
}

TEST_F(StreamWindowTest, FinishesOnceAllIsWritten) {
  Read(2);
  EXPECT_EQ(window_.Next().kind, Kind::kRead);
  window_.OnReadDone();
  window_.EndReads(absl::OkStatus());
  window_.EndReads(absl::UnavailableError("a second end doesn't count"));
  Know(0, 1);
  Write();
  window_.OnWritten();
  ExpectNothingToDo();
  Know(1, 1);
  Write();
  ExpectNothingToDo();
  window_.OnWritten();
  const auto step = window_.Next();
  EXPECT_EQ(step.kind, Kind::kFinish);
  EXPECT_TRUE(step.status.ok());
  ExpectNothingToDo();
}

TEST_F(StreamWindowTest, FinishesThoughAReadIsUnderWay) {
  EXPECT_EQ(window_.Next().kind, Kind::kRead);
  window_.EndReads(absl::UnavailableError("shutting down"));
  const auto step = window_.Next();
  EXPECT_EQ(step.kind, Kind::kFinish);
  EXPECT_TRUE(absl::IsUnavailable(step.status));
  EXPECT_FALSE(window_.Take(1, 1));
  window_.OnReadDone();
  ExpectNothingToDo();
}

TEST_F(StreamWindowTest, WithoutAClientItFinishesAfterTheWriteAndDropsWhatComesLater) {
  Read(5);
  Know(0, 2);
  Write();
  Know(2, 1);
  window_.Abandon();
  ExpectNothingToDo();
  EXPECT_FALSE(window_.Take(1, 1));
  window_.OnWritten();
  EXPECT_EQ(window_.Next().kind, Kind::kFinish);
  Know(3, 2);
  ExpectNothingToDo();
}

}  // namespace
}  // namespace inkwell::ingest
