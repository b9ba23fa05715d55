// Redis Sentinel: a process that watches a master and its replicas, and with others of its kind
// makes one of these the master when it is gone.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tests/support/redis_server.h"
#include "tests/support/server_process.h"
#include "tests/support/temp_dir.h"

namespace inkwell::testing {

// One sentinel, that watches a master under the name "inkwell", and takes it for lost once
// another thinks so too. Thread-compatible. What does not start throws, with its log.
class Sentinel {
 public:
  // `config` is more of its configuration, a line each.
  explicit Sentinel(int master_port, const std::vector<std::string>& config = {});

  [[nodiscard]] int port() const { return port_; }

  // Whom it takes for the master now; nullopt if it doesn't answer.
  [[nodiscard]] std::optional<int> MasterPort() const;
  // Whether it finds the master well, and knows so many replicas of it and other sentinels.
  [[nodiscard]] bool Knows(int replicas, int other_sentinels) const;
  // As an operator does it: lets a replica take the master's place. Refused (false) while that is
  // under way, or nobody is good enough.
  [[nodiscard]] bool Fail() const;

  // Keeps it from hearing and saying anything, until Resume.
  void Pause() { process_->Signal(SIGSTOP); }
  void Resume() { process_->Signal(SIGCONT); }

 private:
  const TempDir folder_;  // of its configuration, which it rewrites as it learns
  int port_ = 0;
  ServerProcess process_;
};

// "redis+sentinel://127.0.0.1:p1,127.0.0.1:p2,…/inkwell"
[[nodiscard]] std::string UrlOf(std::span<const std::unique_ptr<Sentinel>> sentinels);

// Whether it is a replica of the master at that port, and has all of its data.
[[nodiscard]] bool Follows(const RedisServer& replica, int master_port);

}  // namespace inkwell::testing
