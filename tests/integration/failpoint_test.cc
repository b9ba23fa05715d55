// A process that dies at the worst of moments loses nothing and doubles nothing.

#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <ostream>
#include <string>

#include "tests/support/stack.h"

namespace inkwell::testing {
namespace {

// One partition, so that a flush is one batch and dies with all of it or none.
constexpr const char* kOneList = "--partitions=1";
constexpr int kComments = 100;

template <typename Death>
std::string NameOf(const Death& death) {
  std::string name = death.failpoint;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

struct FlusherDeath {
  std::string failpoint;
  // What it leaves behind …
  int rows;
  int pending;
  // … and what the next flush does with that.
  int inserted;
  int duplicate;
};

void PrintTo(const FlusherDeath& death, std::ostream* out) { *out << death.failpoint; }

class FlusherFailpoint : public ::testing::TestWithParam<FlusherDeath> {};

TEST_P(FlusherFailpoint, LosesNothingAndDoublesNothing) {
  const auto& death = GetParam();
  Stack stack;
  auto& ingest = stack.AddIngest({kOneList});
  auto flags = OnRequestOnly();
  flags.emplace_back(kOneList);
  auto& flusher = stack.AddFlusher(flags);
  CreateMany(ingest, kComments);

  flusher.Kill9();
  flusher.set_environment({{"INKWELL_FAILPOINT", death.failpoint}});
  flusher.Start();
  ASSERT_TRUE(flusher.AwaitServing());
  EXPECT_ANY_THROW(Flush(flusher));
  ASSERT_EQ(flusher.Wait(), -SIGKILL);
  EXPECT_EQ(stack.CountComments(), death.rows);

  flusher.set_environment({});
  flusher.Start();
  ASSERT_TRUE(flusher.AwaitServing());
  EXPECT_EQ(GetStatus(flusher).pending(), death.pending);
  const auto counts = Flush(flusher).counts();
  EXPECT_EQ(counts.inserted(), death.inserted);
  EXPECT_EQ(counts.duplicate(), death.duplicate);
  EXPECT_EQ(GetStatus(flusher).pending(), 0);
  EXPECT_EQ(stack.CountComments(), kComments);
  EXPECT_EQ(stack.QueryOne("SELECT count(*) FROM dead_letters"), "0");
}

INSTANTIATE_TEST_SUITE_P(
    All, FlusherFailpoint,
    ::testing::Values(FlusherDeath{"flusher-before-commit", 0, kComments, kComments, 0},
                      FlusherDeath{"flusher-before-trim", kComments, kComments, 0, kComments},
                      FlusherDeath{"flusher-after-trim", kComments, 0, 0, 0}),
    [](const auto& death) { return NameOf(death.param); });

struct IngestDeath {
  std::string failpoint;
  int pending;  // what it leaves behind
};

void PrintTo(const IngestDeath& death, std::ostream* out) { *out << death.failpoint; }

class IngestFailpoint : public ::testing::TestWithParam<IngestDeath> {};

TEST_P(IngestFailpoint, ARetryWithTheSameIdIsSafe) {
  const auto& death = GetParam();
  Stack stack;
  auto& flusher = stack.AddFlusher(OnRequestOnly());
  auto& ingest = stack.AddIngest();
  ingest.Kill9();
  ingest.set_environment({{"INKWELL_FAILPOINT", death.failpoint}});
  ingest.Start();
  ASSERT_TRUE(ingest.AwaitServing());
  EXPECT_EQ(Create(ingest, CreateOf(CommentId(1))).error_code(), grpc::StatusCode::UNAVAILABLE);
  ASSERT_EQ(ingest.Wait(), -SIGKILL);
  EXPECT_EQ(GetStatus(flusher).pending(), death.pending);

  ingest.set_environment({});
  ingest.Start();
  ASSERT_TRUE(ingest.AwaitServing());
  EXPECT_TRUE(Create(ingest, CreateOf(CommentId(1))).ok());
  const auto counts = Flush(flusher).counts();
  EXPECT_EQ(counts.inserted(), 1);
  EXPECT_EQ(counts.duplicate(), death.pending);
  EXPECT_EQ(stack.CountComments(), 1);
}

INSTANTIATE_TEST_SUITE_P(All, IngestFailpoint,
                         ::testing::Values(IngestDeath{"ingest-before-push", 0},
                                           IngestDeath{"ingest-after-push", 1}),
                         [](const auto& death) { return NameOf(death.param); });

}  // namespace
}  // namespace inkwell::testing
