// Ingest with more than one thread for its calls, as on a larger machine than tests run on.

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "tests/integration/own_connection.h"
#include "tests/support/create_load.h"
#include "tests/support/stack.h"

namespace inkwell::testing {
namespace {

using ::testing::IsEmpty;

int CallThreadsOf(const ServiceProcess& service) {
  int count = 0;
  const auto tasks = fmt::format("/proc/{}/task", service.pid());
  for (const auto& task : std::filesystem::directory_iterator(tasks)) {
    std::string name;
    std::getline(std::ifstream(task.path() / "comm"), name);
    if (name == "calls") ++count;
  }
  return count;
}

TEST(CallThreads, AnswerTheCallsOfManyConnections) {
  Stack stack;
  auto& flusher = stack.AddFlusher();
  auto& ingest = stack.AddIngest({"--call_threads=4"});
  EXPECT_EQ(CallThreadsOf(ingest), 4);

  std::vector<std::shared_ptr<grpc::Channel>> connections;
  for (int i = 0; i < 8; ++i) connections.push_back(ConnectTo(ingest));
  CreateLoad load(connections, 16);
  ASSERT_TRUE(load.AwaitAcknowledged(2000)) << ingest.Log();
  EXPECT_THAT(load.failures(), IsEmpty());
  // Each thread ends when its calls have, under load too.
  ingest.Signal(SIGTERM);
  EXPECT_EQ(ingest.Wait(), 0) << ingest.Log();
  load.Stop();

  Flush(flusher);
  EXPECT_THAT(stack.Missing(load.acknowledged()), IsEmpty());
}

}  // namespace
}  // namespace inkwell::testing
