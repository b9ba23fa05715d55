// A program that a test runs, and that never outlives it.
#pragma once

#include <signal.h>
#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tests/support/await.h"

namespace inkwell::testing {

// Thread-compatible. Killed by the destructor, and by the kernel when the thread that
// started it ends: start it on the test's main thread. A default-constructed one is as
// one that has ended.
class Subprocess {
 public:
  struct Owner {
    uid_t user;
    gid_t group;
  };
  struct Options {
    std::vector<std::string> argv{};                   // argv[0] is looked up in PATH
    std::map<std::string, std::string> environment{};  // added to the test's own
    std::filesystem::path log{};                       // takes stdout and stderr, appended
    std::optional<Owner> run_as{};                     // root only
    int death_signal = SIGKILL;                        // what it gets when the test dies
  };

  // Starts the program as the leader of a process group of its own. A program that
  // can't be executed exits with 127.
  [[nodiscard]] static absl::StatusOr<Subprocess> Start(const Options& options);

  Subprocess() = default;
  ~Subprocess();
  Subprocess(Subprocess&& other) noexcept;
  Subprocess& operator=(Subprocess&& other) noexcept;

  [[nodiscard]] pid_t pid() const { return pid_; }
  // Whether it still runs.
  [[nodiscard]] bool IsRunning();
  // Sends `signal` to its process group. No-op once it has ended.
  void Signal(int signal);
  // Waits for it to end: its exit code, or minus the signal that ended it; nullopt if
  // it still runs after `patience`.
  [[nodiscard]] std::optional<int> Wait(std::chrono::steady_clock::duration patience = kPatience);
  // SIGKILL, and waits.
  void Kill9();

 private:
  explicit Subprocess(pid_t pid) : pid_(pid) {}

  pid_t pid_ = 0;
  std::optional<int> exit_;
};

// Runs a program to its end and returns its exit code; kDeadlineExceeded after `patience`.
[[nodiscard]] absl::StatusOr<int> RunToEnd(
    const Subprocess::Options& options, std::chrono::steady_clock::duration patience = kPatience);

}  // namespace inkwell::testing
