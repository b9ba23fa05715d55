// A flusher that is interrupted at the worst of moments, for good or for a while in which
// another one goes on in its place.

#include <gtest/gtest.h>
#include <signal.h>

#include <string>

#include "tests/crash/caller.h"
#include "tests/crash/verdict.h"
#include "tests/support/await.h"
#include "tests/support/stack.h"

namespace inkwell::testing {
namespace {

// One partition, so that its batch is all there is.
constexpr const char* kOneList = "--partitions=1";
constexpr int kComments = 50;

Flags With(Flags flags, const std::string& flag) {
  flags.push_back(flag);
  return flags;
}

class InterruptedFlusher : public ::testing::Test {
 protected:
  InterruptedFlusher()
      : ingest_(stack_.AddIngest({kOneList})),
        other_(stack_.AddFlusher(With(OnRequestOnly(), kOneList))),
        interrupted_(stack_.AddFlusher({kOneList, "--schedule=@every 24h"})),
        caller_({ingest_.channel()}) {
    interrupted_.Kill9();
    for (int i = 0; i < kComments; ++i) {
      auto& comment = history_.series[0].emplace_back(CommentId(i));
      EXPECT_TRUE(caller_.Create(comment, 0));
    }
    EditAll();
  }

  void EditAll() {
    for (auto& comment : history_.series[0]) EXPECT_TRUE(caller_.Update(comment, 0, true, true));
  }

  // Starts a flusher that flushes what is pending, and is interrupted there.
  void StartInterrupted(const std::string& failpoint) {
    interrupted_.set_environment({{"INKWELL_FAILPOINT", failpoint}});
    interrupted_.Start();
  }

  void ExpectAllIsWell() {
    EXPECT_EQ(JudgeRows(stack_, history_), "");
    EXPECT_EQ(JudgeBooks(ReadBooks(stack_.redis().Url(), 1)), "");
  }

  // What is on the list is flushed by the other one, and stays as it is when the stopped one
  // goes on, which then logs `words`; nor does that harm what came meanwhile.
  void GoOnAfterTheOther(const std::string& words) {
    EditAll();
    Flush(other_);
    ExpectAllIsWell();
    EditAll();
    EXPECT_EQ(GetStatus(other_).pending(), kComments);
    interrupted_.Signal(SIGCONT);
    EXPECT_TRUE(Await([&] { return interrupted_.Log().find(words) != std::string::npos; }))
        << interrupted_.Log();
    Flush(other_);
    ExpectAllIsWell();
  }

  Stack stack_;
  ServiceProcess& ingest_;
  ServiceProcess& other_;
  ServiceProcess& interrupted_;  // does not run
  const Caller caller_;
  History history_{1};
};

TEST_F(InterruptedFlusher, DiesBeforeItCommits) {
  StartInterrupted("flusher-before-commit");
  EXPECT_EQ(interrupted_.Wait(), -SIGKILL);
  Flush(other_);
  ExpectAllIsWell();
}

TEST_F(InterruptedFlusher, StopsBeforeItTrims) {
  StartInterrupted("flusher-before-trim=stop");
  ASSERT_TRUE(Await([&] { return interrupted_.IsStopped(); }));
  EXPECT_EQ(stack_.CountComments(), kComments) << "it has committed";
  GoOnAfterTheOther("trimmed by another flusher");
}

TEST_F(InterruptedFlusher, StopsBeforeItCommits) {
  StartInterrupted("flusher-before-commit=stop");
  ASSERT_TRUE(Await([&] { return interrupted_.IsStopped(); }));
  EXPECT_EQ(stack_.CountComments(), 0) << "it has not committed";
  // As Postgres does when it gives a silent client up.
  EXPECT_EQ(stack_.QueryOne("SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity"
                            " WHERE state = 'idle in transaction'"),
            "1");
  GoOnAfterTheOther("committing");
}

}  // namespace
}  // namespace inkwell::testing
