#include "tests/crash/fault.h"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "common/redis/connection.h"
#include "tests/support/await.h"

namespace inkwell::testing {
namespace {

using Order = Fault::Order;

constexpr std::size_t kLargestSlice = 300;

void ThrowUnlessOk(const absl::Status& status) {
  if (!status.ok()) throw std::runtime_error(std::string(status.message()));
}

void LoseAll(RedisServer& redis) {
  auto connection =
      redis::Connection::Connect(*redis::ParseUrl(redis.Url()), redis::ConnectOptions());
  ThrowUnlessOk(connection.status());
  ThrowUnlessOk(connection->Call({"FLUSHALL"}).status());
}

// A service, by what it is called here.
struct Service {
  std::string name;
  ServiceProcess* process;
  Memory memory;
};

Fault Killed(const Service& service) {
  return {"kill -9 of " + service.name,
          {service.name},
          service.memory,
          [=] { service.process->Kill9(); },
          [=] { service.process->Restart(); },
          Order::kServices};
}

Fault Stopped(const Service& service) {
  return {"SIGSTOP of " + service.name,
          {service.name},
          Memory::kNone,
          [=] { service.process->Signal(SIGSTOP); },
          [=] { service.process->Signal(SIGCONT); },
          Order::kServices};
}

void StartWith(ServiceProcess& service, Environment environment) {
  service.Kill9();
  service.set_environment(std::move(environment));
  service.Restart();
}

// Dies at its `pass`th passing of the failpoint. `provoke` makes it pass there.
Fault DiesAt(
    const Service& service, const std::string& failpoint, std::uint64_t pass,
    const std::function<void()>& provoke = [] {}) {
  const std::string armed = fmt::format("{}:{}", failpoint, pass);
  auto* const process = service.process;
  const auto mend = [=] {
    constexpr int kTries = 30;
    for (int tries = 0; process->IsRunning(); ++tries) {
      if (tries == kTries) throw std::runtime_error(service.name + " does not reach " + armed);
      provoke();
      static_cast<void>(Await([=] { return !process->IsRunning(); }, kPatience / kTries));
    }
    StartWith(*process, {});
  };
  return {fmt::format("{} dies at {}", service.name, armed),
          {service.name},
          service.memory,
          [=] {
            StartWith(*process, {{"INKWELL_FAILPOINT", armed}});
          },
          mend,
          Order::kLast};
}

template <typename Server>
Fault ServerKilled(const std::string& name, Server& server, Memory memory) {
  return {"kill -9 of " + name,
          {name},
          memory,
          [&] { server.Kill9(); },
          [&] { ThrowUnlessOk(server.Restart()); },
          Order::kFirst};
}

template <typename Server>
Fault ServerStopped(const std::string& name, Server& server) {
  return {"SIGSTOP of " + name,     {name},       Memory::kNone, [&] { server.Pause(); },
          [&] { server.Resume(); }, Order::kFirst};
}

void AddGateFaults(const std::string& name, TcpGate& gate, std::vector<Fault>& faults) {
  const auto add = [&](const std::string& how, std::function<void()> strike) {
    faults.push_back({"gate to " + name + " " + how,
                      {"gate to " + name},
                      Memory::kNone,
                      std::move(strike),
                      [&gate] { gate.Open(); },
                      Order::kFirst});
  };
  add("stalls", [&gate] { gate.Stall(); });
  add("cuts", [&gate] { gate.Cut(); });
  add("slices", [&gate] { gate.Slice(kLargestSlice); });
}

// An ingest pushes again if Redis was restarted, even if that had kept its data.
Fault DiesPushingAgain(const Service& ingest, RedisServer& redis) {
  auto fault = DiesAt(ingest, "ingest-before-push-again", 1, [&redis] {
    redis.Kill9();
    ThrowUnlessOk(redis.Restart());
  });
  fault.parts.insert("Redis");
  return fault;
}

}  // namespace

std::vector<Fault> AllFaults(World& world, std::mt19937_64& random) {
  const Service ingests[] = {{"ingest 0", world.ingests[0], Memory::kIngests},
                             {"ingest 1", world.ingests[1], Memory::kIngests}};
  const Service flushers[] = {{"flusher 0", world.flushers[0], Memory::kNone},
                              {"flusher 1", world.flushers[1], Memory::kNone}};
  auto& redis = world.stack.redis();
  const bool keeps = world.redis_data == RedisData::kKept;
  const Memory memory = keeps ? Memory::kNone : Memory::kRedis;
  std::vector<Fault> faults{ServerKilled("Redis", redis, memory), ServerStopped("Redis", redis),
                            ServerKilled("Postgres", world.stack.postgres(), Memory::kNone),
                            ServerStopped("Postgres", world.stack.postgres())};
  for (const auto* services : {ingests, flushers}) {
    for (const auto* service : {&services[0], &services[1]}) {
      faults.push_back(Killed(*service));
      faults.push_back(Stopped(*service));
    }
  }
  for (const char* failpoint : {"ingest-before-push", "ingest-after-push"}) {
    faults.push_back(DiesAt(ingests[random() % 2], failpoint, 1 + random() % 300));
  }
  for (const char* failpoint :
       {"flusher-before-commit", "flusher-before-trim", "flusher-after-trim"}) {
    faults.push_back(DiesAt(flushers[random() % 2], failpoint, 1 + random() % 10));
  }
  AddGateFaults("Redis", world.redis_gate, faults);
  AddGateFaults("Postgres", world.postgres_gate, faults);
  if (keeps) {
    faults.push_back(DiesPushingAgain(ingests[random() % 2], redis));
  } else {
    faults.push_back({"FLUSHALL", {"Redis"}, Memory::kRedis, [&redis] { LoseAll(redis); }, [] {}});
  }
  std::shuffle(faults.begin(), faults.end(), random);
  return faults;
}

}  // namespace inkwell::testing
