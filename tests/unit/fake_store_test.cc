// The failures that FakeStore makes to order; all else is in the store's contract suite.
#include "tests/support/fake_store.h"

#include <gtest/gtest.h>

#include "tests/support/store_rows.h"

namespace inkwell::testing {
namespace {

using Step = FakeDatabase::Step;
constexpr auto kUnavailable = absl::StatusCode::kUnavailable;

class FakeStoreTest : public ::testing::Test {
 protected:
  absl::Status WriteAndCommit(int number) {
    auto transaction = store_.Begin(0);
    if (!transaction.ok()) return transaction.status();
    if (auto counts = (*transaction)->Write(SetOf({CommentOf(number)})); !counts.ok()) {
      return counts.status();
    }
    return (*transaction)->Commit();
  }

  FakeDatabase database_;
  FakeStore store_{database_};
};

TEST_F(FakeStoreTest, FailsAStepAsOftenAsAsked) {
  for (const Step step : {Step::kBegin, Step::kWrite, Step::kCommit}) {
    database_.FailNext(step, 2);
    EXPECT_EQ(WriteAndCommit(1).code(), kUnavailable);
    EXPECT_EQ(WriteAndCommit(1).code(), kUnavailable);
  }
  EXPECT_TRUE(database_.rows().empty());
  EXPECT_EQ(WriteAndCommit(1), absl::OkStatus());
}

TEST_F(FakeStoreTest, CommitsThoughItSaysOtherwise) {
  database_.FailNext(Step::kCommit, 1, FakeDatabase::Outcome::kDoneButUnknown);
  EXPECT_EQ(WriteAndCommit(1).code(), kUnavailable);
  EXPECT_EQ(database_.rows().size(), 1U);
}

TEST_F(FakeStoreTest, RefusesPoisonForEver) {
  database_.Poison(IdOf(2));
  EXPECT_EQ(WriteAndCommit(1), absl::OkStatus());
  EXPECT_EQ(WriteAndCommit(2).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(WriteAndCommit(2).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(database_.rows().size(), 1U);
}

}  // namespace
}  // namespace inkwell::testing
