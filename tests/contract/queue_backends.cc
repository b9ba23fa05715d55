#include "tests/contract/queue_backends.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "common/queue/layout_change.h"
#include "common/queue/redis_drain_queue.h"
#include "common/queue/redis_push_queue.h"
#include "tests/contract/redis_queue_options.h"
#include "tests/support/fake_queue.h"
#include "tests/support/redis_cluster.h"

namespace inkwell::queue {
namespace {

constexpr char kValkey[] = "valkey-server";

class FakeBackend final : public Backend {
 public:
  std::unique_ptr<PushQueue> Push() override {
    return std::make_unique<testing::FakePushQueue>(broker_);
  }
  std::unique_ptr<DrainQueue> Drain() override {
    return std::make_unique<testing::FakeDrainQueue>(broker_);
  }
  void BeginRepartition(int partitions) override { broker_.BeginRepartition(partitions); }
  void FinishRepartition() override { broker_.FinishRepartition(); }

 private:
  testing::FakeBroker broker_{kPartitions};
};

// Servers are gone with it.
template <typename Servers>
class RealBackend final : public Backend {
 public:
  explicit RealBackend(std::unique_ptr<Servers> servers) : servers_(std::move(servers)) {}
  std::unique_ptr<PushQueue> Push() override {
    return std::make_unique<RedisPushQueue>(OptionsFor(*servers_));
  }
  std::unique_ptr<DrainQueue> Drain() override {
    return std::make_unique<RedisDrainQueue>(OptionsFor(*servers_));
  }
  void BeginRepartition(int partitions) override {
    partitions_ = partitions;
    LayoutChange change(OptionsFor(*servers_));
    EXPECT_EQ(*change.Mark(partitions), Marked::kMarked);
    EXPECT_TRUE(change.RenewEpochs(*change.Read()).ok());
  }
  void FinishRepartition() override {
    EXPECT_TRUE(*LayoutChange(OptionsFor(*servers_)).Finish(partitions_));
  }

 private:
  const std::unique_ptr<Servers> servers_;
  int partitions_ = 0;
};

template <typename Servers>
std::unique_ptr<Backend> Real(std::unique_ptr<Servers> servers) {
  return std::make_unique<RealBackend<Servers>>(std::move(servers));
}

}  // namespace

bool HasValkey() {
  const char* const path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (std::filesystem::exists(std::filesystem::path(folder) / kValkey)) return true;
  }
  return false;
}

std::vector<BackendKind> Backends() {
  std::vector<BackendKind> kinds{
      {"Fake", [] { return std::make_unique<FakeBackend>(); }},
      {"Redis", [] { return Real(testing::RedisServer::Start().value()); }},
      // Without replicas, since nobody dies here.
      {"Cluster", [] { return Real(std::make_unique<testing::RedisCluster>(false)); }}};
  if (redis::CanUseTls()) {
    kinds.push_back({"RedisByTls", [] { return Real(std::make_unique<TlsServer>()); }});
  }
  if (HasValkey()) {
    kinds.push_back(
        {"Valkey", [] { return Real(testing::RedisServer::Start({.program = kValkey}).value()); }});
  }
  return kinds;
}

}  // namespace inkwell::queue
