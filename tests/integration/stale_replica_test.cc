// A replica that stopped hearing of its master is promoted: it still has what was trimmed
// since, and lacks what was pushed since. Every acknowledged comment reaches Postgres, once.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "common/redis/connection.h"
#include "tests/support/create_load.h"
#include "tests/support/stack.h"
#include "tests/support/tcp_gate.h"

namespace inkwell::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

redis::OwnedReply Ask(const RedisServer& server, std::initializer_list<std::string_view> command) {
  auto connection =
      redis::Connection::Connect(*redis::ParseUrl(server.Url()), redis::ConnectOptions());
  return connection.value().Call(command).value();
}

class StaleReplica : public ::testing::Test {
 protected:
  // In step with its master once this returns.
  std::unique_ptr<RedisServer> StartReplica() {
    auto replica = RedisServer::Start(
        {.config = {fmt::format("replicaof 127.0.0.1 {}", stack_.redis().port())}});
    EXPECT_TRUE(Await([&] {
      return (*Ask(**replica, {"INFO", "replication"})).Text().find("master_link_status:up") !=
             std::string_view::npos;
    }));
    return std::move(replica).value();
  }

  Stack stack_{{.redis = {}}};
  TcpGate gate_{stack_.redis().port()};
  // Both find their Redis by the one address, whoever is master.
  const std::string redis_flag_ = fmt::format("--redis=redis://127.0.0.1:{}", gate_.port());
  ServiceProcess& ingest_ = stack_.AddIngest({redis_flag_, "--ack_timeout=500ms"});
  ServiceProcess& flusher_ = stack_.AddFlusher({redis_flag_, "--schedule=@every 100ms"});
};

TEST_F(StaleReplica, IsPromotedUnderLoad) {
  CreateLoad load({ingest_.channel()});
  ASSERT_TRUE(load.AwaitAcknowledged(300)) << ingest_.Log();
  const auto replica = StartReplica();
  ASSERT_TRUE(load.AwaitAcknowledged(300));
  // From here on it hears nothing, while the old master goes on serving.
  Ask(*replica, {"REPLICAOF", "NO", "ONE"});
  ASSERT_TRUE(load.AwaitAcknowledged(1000)) << ingest_.Log();
  gate_.LeadTo(replica->port());
  stack_.redis().Kill9();
  ASSERT_TRUE(load.AwaitAcknowledged(300)) << ingest_.Log();
  load.Stop();

  EXPECT_TRUE(Await([&] { return stack_.Missing(load.acknowledged()).empty(); }))
      << ingest_.Log() << flusher_.Log();
  EXPECT_THAT(ingest_.Log(), HasSubstr("pushed again"));
  EXPECT_TRUE(Await([&] { return GetStatus(flusher_).pending() == 0; })) << flusher_.Log();
  const auto status = GetStatus(flusher_);
  EXPECT_EQ(status.books().inserted() + status.books().duplicate(), status.appended());
  EXPECT_THAT(stack_.QueryAll("SELECT reason FROM dead_letters"), IsEmpty());
}

}  // namespace
}  // namespace inkwell::testing
