// An ingest that pushes an old edit again after another's newer one is in Postgres.

#include <gtest/gtest.h>
#include <signal.h>

#include "common/redis/connection.h"
#include "tests/crash/caller.h"
#include "tests/crash/verdict.h"
#include "tests/support/await.h"
#include "tests/support/stack.h"

namespace inkwell::testing {
namespace {

constexpr const char* kOneList = "--partitions=1";

void LoseAll(RedisServer& redis) {
  auto connection =
      redis::Connection::Connect(*redis::ParseUrl(redis.Url()), redis::ConnectOptions());
  ASSERT_TRUE(connection.ok()) << connection.status();
  ASSERT_TRUE(connection->Call({"FLUSHALL"}).ok());
}

bool RetainsNothing(const ServiceProcess& ingest) {
  return ingest.Metrics().find("\ninkwell_retained_window_bytes 0\n") != std::string::npos;
}

TEST(LatePush, DoesNotOverwriteANewerEdit) {
  Stack stack;
  auto& late = stack.AddIngest({kOneList});
  auto& other = stack.AddIngest({kOneList});
  auto flags = OnRequestOnly();
  flags.emplace_back(kOneList);
  auto& flusher = stack.AddFlusher(flags);
  const Caller caller({late.channel(), other.channel()});
  History history(1);
  auto& comment = history.series[0].emplace_back(CommentId(1));
  ASSERT_TRUE(caller.Create(comment, 0));
  ASSERT_TRUE(caller.Update(comment, 0, true, true));
  ASSERT_TRUE(caller.Update(comment, 1, true, true));

  // It does not hear that its changes are in Postgres, nor that Redis loses all, until later.
  late.Signal(SIGSTOP);
  ASSERT_TRUE(Await([&] { return late.IsStopped(); }));
  Flush(flusher);
  EXPECT_EQ(JudgeRows(stack, history), "");
  ASSERT_TRUE(Await([&] { return RetainsNothing(other); }));
  LoseAll(stack.redis());
  late.Signal(SIGCONT);
  ASSERT_TRUE(Await([&] { return ReadBooks(stack.redis().Url(), 1).pending == 2; })) << late.Log();
  Flush(flusher);
  EXPECT_EQ(JudgeRows(stack, history), "");
  EXPECT_EQ(JudgeBooks(ReadBooks(stack.redis().Url(), 1)), "");
}

}  // namespace
}  // namespace inkwell::testing
