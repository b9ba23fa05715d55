// "inkwell-flusher repartition": the number of partitions changes while everybody works on, is
// killed or stands still, and nothing is lost.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <functional>
#include <future>
#include <string>
#include <vector>

#include "common/base/uuid.h"
#include "common/queue/partition.h"
#include "tests/integration/repartition_fixture.h"
#include "tests/support/redis_cluster.h"

namespace inkwell::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST_F(RepartitionTest, ToMoreAndToFewerUnderLoad) {
  StartLoad();
  ASSERT_TRUE(load_->AwaitSteps(1000)) << Logs();
  const auto more = Repartition(7);
  EXPECT_EQ(more.exit_code, 0) << more.output;
  EXPECT_THAT(more.output, HasSubstr("there were 4 partitions and are 7"));
  ASSERT_TRUE(load_->AwaitSteps(1000)) << Logs();
  EXPECT_NE(HeadOf(6), "") << "the new lists are used";

  const auto fewer = Repartition(3);
  EXPECT_EQ(fewer.exit_code, 0) << fewer.output;
  EXPECT_THAT(fewer.output, HasSubstr("there were 7 partitions and are 3"));
  ASSERT_TRUE(load_->AwaitSteps(500)) << Logs();
  Flush(*flushers_[0]);
  std::vector<std::string> heads;
  for (int list = 3; list < 7; ++list) heads.push_back(HeadOf(list));
  ASSERT_TRUE(load_->AwaitSteps(1000)) << Logs();
  ExpectAllIsWell(7);
  for (int list = 3; list < 7; ++list) {
    EXPECT_EQ(HeadOf(list), heads[static_cast<std::size_t>(list - 3)]) << "nobody uses " << list;
  }
  for (const auto* ingest : ingests_) {
    EXPECT_TRUE(AwaitLog(*ingest, "there are 7 partitions now, and were 4"));
    EXPECT_TRUE(AwaitLog(*ingest, "there are 3 partitions now, and were 7"));
    EXPECT_THAT(ingest->Metrics(), HasSubstr("\ninkwell_redis_history_losses_total 0\n"));
  }
  // Which looks now and then, and so may have missed that there were 7.
  EXPECT_TRUE(AwaitLog(*flushers_[0], "there are 3 partitions now, and were "));
}

// There config and partitions are on several servers. The bases are made in this order.
struct HasCluster {
  RedisCluster cluster{/*with_replicas=*/false};
};
class ClusterRepartitionTest : public HasCluster, public RepartitionTest {
 protected:
  ClusterRepartitionTest() : RepartitionTest({.redis_url = cluster.Url()}) {}
};

TEST_F(ClusterRepartitionTest, ToMoreAndToFewerUnderLoad) {
  StartLoad();
  for (const int to : {7, 3}) {
    ASSERT_TRUE(load_->AwaitSteps(500)) << Logs();
    const auto changed = Repartition(to);
    EXPECT_EQ(changed.exit_code, 0) << changed.output;
  }
  ASSERT_TRUE(load_->AwaitSteps(500)) << Logs();
  ExpectAllIsWell(7);
}

// Whoever died at one of these left ingests that wait.
class KilledRepartitionTest : public RepartitionTest,
                              public ::testing::WithParamInterface<const char*> {
 protected:
  void KillAndLook() {
    StartLoad();
    ASSERT_TRUE(load_->AwaitSteps(500)) << Logs();
    const auto killed = Repartition(7, {{"INKWELL_FAILPOINT", GetParam()}});
    ASSERT_EQ(killed.exit_code, -SIGKILL) << killed.output;
    // The answer to one that came while Redis was still served, is OK.
    grpc::Status status;
    ASSERT_TRUE(Await([&] {
      status = Create(*ingests_[0], CreateOf(CommentId(0, kLoadThreads)));
      return !status.ok();
    }));
    EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
    EXPECT_THAT(status.error_message(), HasSubstr("\"inkwell-flusher repartition --to 7\""));
    const auto other = Repartition(5);
    EXPECT_EQ(other.exit_code, 1);
    EXPECT_THAT(other.output,
                AllOf(HasSubstr("finish it with --to 7"), HasSubstr("take it back with --to 4")));
  }

  // The probe above may or may not be there.
  void ExpectAllIsWell() {
    load_->Stop();
    ASSERT_TRUE(Create(*ingests_[0], CreateOf(CommentId(0, kLoadThreads))).ok());
    Flush(*flushers_[0]);
    stack_.QueryAll("DELETE FROM comments WHERE comment_id = '" + CommentId(0, kLoadThreads) + "'");
    RepartitionTest::ExpectAllIsWell(7);
  }
};

TEST_P(KilledRepartitionTest, IsFinishedByASecondOne) {
  KillAndLook();
  const auto second = Repartition(7);
  EXPECT_EQ(second.exit_code, 0) << second.output;
  ASSERT_TRUE(load_->AwaitSteps(500)) << Logs();
  ExpectAllIsWell();
  EXPECT_TRUE(AwaitLog(*ingests_[1], "there are 7 partitions now, and were 4"));
}

TEST_P(KilledRepartitionTest, IsTakenBackByTheOldCount) {
  KillAndLook();
  const auto back = Repartition(kPartitions);
  EXPECT_EQ(back.exit_code, 0) << back.output;
  EXPECT_THAT(back.output, HasSubstr("taken back"));
  ASSERT_TRUE(load_->AwaitSteps(500)) << Logs();
  ExpectAllIsWell();
  EXPECT_EQ(HeadOf(6), "") << "no new list was used";
}

INSTANTIATE_TEST_SUITE_P(Of, KilledRepartitionTest,
                         ::testing::Values("repartition-after-mark", "repartition-after-epochs",
                                           "repartition-after-drain"),
                         [](const auto& point) {
                           std::string name = point.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST_F(RepartitionTest, AnIngestThatStoodStillMeanwhileLosesNothing) {
  StartLoad();
  ASSERT_TRUE(load_->AwaitSteps(500)) << Logs();
  for (const int to : {7, 3}) {
    ingests_[1]->Signal(SIGSTOP);
    ASSERT_TRUE(Await([&] { return ingests_[1]->IsStopped(); }));
    const auto changed = Repartition(to);
    EXPECT_EQ(changed.exit_code, 0) << changed.output;
    ASSERT_TRUE(load_->AwaitSteps(500)) << Logs();
    ingests_[1]->Signal(SIGCONT);
    ASSERT_TRUE(load_->AwaitSteps(500)) << Logs();
  }
  ExpectAllIsWell(7);
}

// It stops with a change in its hands, and pushes it to a list that is no partition any more.
TEST_F(RepartitionTest, AnIngestThatStoodStillBeforeItsPushLosesNothing) {
  auto& late = *ingests_[1];
  late.Kill9();
  late.set_environment({{"INKWELL_FAILPOINT", "ingest-before-push=stop"}});
  late.Start();
  ASSERT_TRUE(late.AwaitServing());
  StartLoad();
  ASSERT_TRUE(Await([&] { return late.IsStopped(); }));
  const auto changed = Repartition(3);
  EXPECT_EQ(changed.exit_code, 0) << changed.output;
  ASSERT_TRUE(load_->AwaitSteps(300)) << Logs();
  late.Signal(SIGCONT);
  ASSERT_TRUE(load_->AwaitSteps(500)) << Logs();
  ExpectAllIsWell(kPartitions);
}

// A clock was ahead once, so revisions are, too. Were an edit given one by its old list after
// that, it could be as large as, or larger than, that of a later edit.
TEST_F(RepartitionTest, ALaterEditWinsOverOneWhoseIngestStoodStill) {
  auto& late = stack_.AddIngest({"--partitions=4", "--ack_timeout=30s"});
  late.Kill9();
  late.set_environment({{"INKWELL_FAILPOINT", "ingest-before-draw=stop"}});
  late.Start();
  ASSERT_TRUE(late.AwaitServing());
  CommentHistory comment(CommentId(0));
  const Uuid id = *Uuid::FromText(comment.comment_id());
  ASSERT_NE(queue::PartitionOf(id, kPartitions), queue::PartitionOf(id, 7));
  ASSERT_TRUE(caller_.Create(comment, 0));
  for (int p = 0; p < kPartitions; ++p) {
    CallRedis(
        {"HSET", "{comments:" + std::to_string(p) + "}:meta", "revision", "4000000000000000"});
  }
  const auto edit = [](const ServiceProcess& ingest, const std::string& body) {
    grpc::ClientContext context;
    context.set_deadline(PatientDeadline());
    v1::UpdateCommentRequest request;
    request.mutable_comment()->set_comment_id(CommentId(0));
    request.mutable_comment()->set_body(body);
    v1::UpdateCommentResponse response;
    const auto stub = v1::CommentService::NewStub(ingest.channel());
    EXPECT_TRUE(stub->UpdateComment(&context, request, &response).ok());
    return response.revision();
  };
  auto first = std::async(std::launch::async, edit, std::cref(late), "first");
  ASSERT_TRUE(Await([&] { return late.IsStopped(); }));
  const auto changed = Repartition(7);
  EXPECT_EQ(changed.exit_code, 0) << changed.output;
  late.Signal(SIGCONT);
  const std::int64_t first_revision = first.get();
  EXPECT_GT(edit(*ingests_[0], "second"), first_revision);
  Flush(*flushers_[0]);
  EXPECT_EQ(stack_.QueryOne("SELECT body FROM comments"), "second");
}

TEST_F(RepartitionTest, SaysWhatIsWrong) {
  const auto run = [this](Flags flags) {
    flags.push_back("--postgres=" + stack_.postgres().Url());
    flags.push_back("--redis=" + redis_url_);
    auto ended = RunProgram(FlusherProgram(), flags);
    EXPECT_EQ(ended.exit_code, 1) << ended.output;
    return ended.output;
  };
  EXPECT_THAT(run({"repartition"}), HasSubstr("repartition needs --to=N"));
  EXPECT_THAT(run({"--to=7"}), HasSubstr("--to is for \"inkwell-flusher repartition\""));
  EXPECT_THAT(run({"repartition", "7"}), HasSubstr("unexpected argument '7'"));
  for (const char* number : {"0", "4097", "many"}) {
    EXPECT_THAT(run({"repartition", "--to", number}), HasSubstr("from 1 to 4096"));
  }
  EXPECT_THAT(run({"repartition", "--to=7", "--namespace=other"}),
              AllOf(HasSubstr("no other:config"), HasSubstr("--partitions")));
  EXPECT_EQ(CallRedis({"HGET", "comments:config", "partitions"}), "4");

  const auto same = Repartition(kPartitions);
  EXPECT_EQ(same.exit_code, 0);
  EXPECT_THAT(same.output, HasSubstr("there are 4 partitions; nothing is left to be done"));
}

TEST_F(RepartitionTest, ChangesNothingWithoutWhatItNeeds) {
  const std::string nobody = "127.0.0.1:1";
  const auto without_redis =
      RunProgram(FlusherProgram(), {"repartition", "--to=7", "--redis=redis://" + nobody});
  EXPECT_EQ(without_redis.exit_code, 1);
  EXPECT_THAT(without_redis.output, HasSubstr(nobody));
  const auto without_postgres =
      RunProgram(FlusherProgram(), {"repartition", "--to=7", "--redis=" + redis_url_,
                                    "--postgres=postgresql://" + nobody + "/postgres"});
  EXPECT_EQ(without_postgres.exit_code, 1);
  EXPECT_THAT(without_postgres.output, HasSubstr("nothing was changed, since Postgres is needed"));

  grpc::ClientContext context;
  v1::PauseFlushingRequest pause;
  pause.set_reason("a test");
  v1::PauseFlushingResponse paused;
  ASSERT_TRUE(v1::FlusherService::NewStub(flushers_[0]->channel())
                  ->PauseFlushing(&context, pause, &paused)
                  .ok());
  const auto while_paused = Repartition(7);
  EXPECT_EQ(while_paused.exit_code, 1);
  EXPECT_THAT(while_paused.output, AllOf(HasSubstr("paused"), HasSubstr("a test")));
  EXPECT_EQ(CallRedis({"HGET", "comments:config", "repartition_to"}), "");
  EXPECT_TRUE(Create(*ingests_[0], CreateOf(CommentId(1))).ok());
}

}  // namespace
}  // namespace inkwell::testing
