// A real redis-server, or valkey-server, on a free loopback port with a temporary folder.
#pragma once

#include <signal.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/support/server_process.h"
#include "tests/support/temp_dir.h"

namespace inkwell::testing {

// Thread-compatible. Gone, with its data, when it is destroyed.
class RedisServer {
 public:
  struct Options {
    // As in redis.conf: "appendonly yes". By default nothing is kept on disk.
    std::vector<std::string> config{};
    // Its port takes TLS alone; config says with which certificates.
    bool tls = false;
    // Or another that is used as Redis is.
    std::string program = "redis-server";
  };

  // Accepts commands once this has returned.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<RedisServer>> Start(Options options);
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<RedisServer>> Start() { return Start({}); }

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::string Url() const;  // "redis://127.0.0.1:port"; rediss:// if by TLS

  void Kill9() { process_->Kill9(); }
  // As an operator stops it.
  [[nodiscard]] absl::Status Stop() { return process_.Stop(SIGTERM); }
  // Starts it again, on the same port with the same data. It must not run.
  [[nodiscard]] absl::Status Restart();
  // Keeps it from answering, with its connections left open, until Resume.
  void Pause() { process_->Signal(SIGSTOP); }
  void Resume() { process_->Signal(SIGCONT); }

 private:
  explicit RedisServer(Options options);

  const Options options_;
  const TempDir folder_;
  int port_ = 0;
  ServerProcess process_;
};

}  // namespace inkwell::testing
