// What RedisServer and PostgresServer have in common: a process that is ready once
// its log says so.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "tests/support/subprocess.h"

namespace inkwell::testing {

// Thread-compatible.
class ServerProcess {
 public:
  // How to start it, but for its arguments. `ready_line` is what the program logs when
  // it is ready.
  ServerProcess(Subprocess::Options options, std::string ready_line)
      : options_(std::move(options)), ready_line_(std::move(ready_line)) {}

  // Starts it and waits until it is ready; an error holds what it logged. It must not
  // run yet.
  [[nodiscard]] absl::Status Start(std::vector<std::string> argv);
  // Sends `signal`, after which it has to end.
  [[nodiscard]] absl::Status Stop(int signal);
  // The process.
  [[nodiscard]] Subprocess* operator->() { return &process_; }

 private:
  Subprocess::Options options_;
  std::string ready_line_;
  Subprocess process_;
};

// Calls `start(port)` with free ports until one succeeds: another process may take a
// port between our look and the server's. The last error after a few tries.
[[nodiscard]] absl::Status StartOnFreePort(const std::function<absl::Status(int)>& start);

}  // namespace inkwell::testing
