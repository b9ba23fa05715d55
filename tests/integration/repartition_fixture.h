// Services that work while the number of their partitions is changed.
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/redis/connection.h"
#include "tests/crash/load.h"
#include "tests/crash/verdict.h"
#include "tests/integration/run_program.h"
#include "tests/support/await.h"
#include "tests/support/stack.h"

namespace inkwell::testing {

inline constexpr int kPartitions = 4;
inline constexpr std::size_t kLoadThreads = 4;

// Two ingests and two flushers, and a load of creates, updates and deletes that goes through
// both ingests.
class RepartitionTest : public ::testing::Test {
 protected:
  RepartitionTest() : RepartitionTest(Stack::Options{}) {}
  explicit RepartitionTest(Stack::Options options)
      : stack_(options),
        redis_url_(options.redis_url.empty() ? stack_.redis().Url() : options.redis_url) {}

  Ended Repartition(int to, const Environment& environment = {}) {
    return RunProgram(FlusherProgram(),
                      {"repartition", "--to=" + std::to_string(to), "--redis=" + redis_url_,
                       "--postgres=" + stack_.postgres().Url()},
                      environment);
  }

  void StartLoad() { load_ = std::make_unique<Load>(caller_, history_, kLoadThreads, 1); }

  std::string CallRedis(std::initializer_list<std::string_view> command) const {
    auto connection = redis::Connection::Connect(*redis::ParseUrl(redis_url_), {});
    const auto reply = connection->Call(command);
    EXPECT_TRUE(reply.ok()) << reply.status();
    return std::string((**reply).Text());
  }

  // How many changes ever left this list.
  [[nodiscard]] std::string HeadOf(int list) const {
    return CallRedis({"HGET", "{comments:" + std::to_string(list) + "}:meta", "head"});
  }

  [[nodiscard]] std::string Logs() const {
    return ingests_[0]->Log() + "\n" + ingests_[1]->Log() + "\n" + flushers_[0]->Log();
  }

  static ::testing::AssertionResult AwaitLog(const ServiceProcess& service,
                                             const std::string& text) {
    if (Await([&] { return service.Log().find(text) != std::string::npos; })) {
      return ::testing::AssertionSuccess();
    }
    return ::testing::AssertionFailure() << "no \"" << text << "\" in " << service.Log();
  }

  // Ends the load. `lists`: how many there ever were.
  void ExpectAllIsWell(int lists) {
    load_->Stop();
    ASSERT_TRUE(Await([&] {
      Flush(*flushers_[0]);
      return ReadBooks(redis_url_, lists).pending == 0;
    })) << Logs();
    EXPECT_EQ(JudgeRows(stack_, history_), "") << Logs();
    EXPECT_EQ(JudgeBooks(ReadBooks(redis_url_, lists)), "");
    EXPECT_EQ(GetStatus(*flushers_[1]).partitions_size(), lists);
  }

  static Flags IngestFlags() { return {"--partitions=4", "--ack_timeout=500ms"}; }
  static Flags FlusherFlags() {
    return {"--partitions=4", "--schedule=@every 50ms", "--batch_rows=100", "--workers=2"};
  }

  Stack stack_;
  const std::string redis_url_;
  const std::vector<ServiceProcess*> ingests_{&stack_.AddIngest(IngestFlags()),
                                              &stack_.AddIngest(IngestFlags())};
  const std::vector<ServiceProcess*> flushers_{&stack_.AddFlusher(FlusherFlags()),
                                               &stack_.AddFlusher(FlusherFlags())};
  const Caller caller_{{ingests_[0]->channel(), ingests_[1]->channel()}};
  History history_{kLoadThreads};
  std::unique_ptr<Load> load_;
};

}  // namespace inkwell::testing
