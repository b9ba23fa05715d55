// Each part is killed under load and comes back: whatever was acknowledged is in Postgres
// afterwards, once.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/support/create_load.h"
#include "tests/support/stack.h"

namespace inkwell::testing {
namespace {

using ::testing::IsEmpty;

class OutageUnderLoad : public ::testing::Test {
 protected:
  OutageUnderLoad()
      : ingest_(stack_.AddIngest({"--ack_timeout=500ms"})),
        flusher_(stack_.AddFlusher({"--schedule=@every 50ms"})),
        load_({ingest_.channel()}) {}

  // The load flows, `outage` happens, and the load flows again.
  void Survive(const std::function<void()>& outage) {
    ASSERT_TRUE(load_.AwaitAcknowledged(500));
    outage();
    ASSERT_TRUE(load_.AwaitAcknowledged(500)) << ingest_.Log() << flusher_.Log();
    load_.Stop();
  }

  void ExpectAllPersisted() {
    Flush(flusher_);
    // The primary key sees to "once".
    EXPECT_THAT(stack_.Missing(load_.acknowledged()), IsEmpty());
    EXPECT_EQ(
        stack_.QueryOne("SELECT count(*) FROM comments WHERE body <> 'body of ' || comment_id"),
        "0");
    EXPECT_EQ(stack_.QueryOne("SELECT count(*) FROM dead_letters"), "0");
  }

  Stack stack_;
  ServiceProcess& ingest_;
  ServiceProcess& flusher_;
  CreateLoad load_;
};

TEST_F(OutageUnderLoad, RedisKilled) {
  Survive([this] {
    stack_.redis().Kill9();
    // Callers are told, and go on trying.
    EXPECT_TRUE(Await([this] { return !load_.failures().empty(); }));
    ASSERT_TRUE(stack_.redis().Restart().ok());
  });
  for (const auto& [code, messages] : load_.failures()) {
    EXPECT_EQ(code, grpc::StatusCode::UNAVAILABLE) << *messages.begin();
  }
  ExpectAllPersisted();
}

TEST_F(OutageUnderLoad, PostgresKilled) {
  Survive([this] {
    stack_.postgres().Kill9();
    EXPECT_TRUE(load_.AwaitAcknowledged(500)) << "ingest needs no Postgres";
    ASSERT_TRUE(stack_.postgres().Restart().ok());
  });
  EXPECT_THAT(load_.failures(), IsEmpty());
  ExpectAllPersisted();
}

TEST_F(OutageUnderLoad, IngestKilled) {
  Survive([this] {
    ingest_.Kill9();
    ingest_.Start();
  });
  ExpectAllPersisted();
}

TEST_F(OutageUnderLoad, FlusherKilled) {
  Survive([this] {
    flusher_.Kill9();
    EXPECT_TRUE(load_.AwaitAcknowledged(500)) << "ingest needs no flusher";
    flusher_.Start();
  });
  EXPECT_THAT(load_.failures(), IsEmpty());
  ExpectAllPersisted();
}

}  // namespace
}  // namespace inkwell::testing
