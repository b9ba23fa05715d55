#include "tests/support/subprocess.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <utility>

namespace inkwell::testing {
namespace {

std::vector<std::string> EnvironmentWith(const std::map<std::string, std::string>& added) {
  std::vector<std::string> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string variable(*entry);
    if (!added.contains(variable.substr(0, variable.find('=')))) environment.push_back(variable);
  }
  for (const auto& [name, value] : added) environment.push_back(name + "=" + value);
  return environment;
}

std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (auto& string : strings) pointers.push_back(string.data());
  pointers.push_back(nullptr);
  return pointers;
}

// What the child needs, made before the fork: after it, in a program with threads, a
// child may only make async-signal-safe calls.
struct Prepared {
  char* const* argv;
  char* const* environment;
  int log_fd;
  const std::optional<Subprocess::Owner>& run_as;
  int death_signal;
  pid_t parent;
};

[[noreturn]] void BecomeProgram(const Prepared& prepared) {
  setpgid(0, 0);
  if (prepared.run_as) {
    const auto [user, group] = *prepared.run_as;
    if (setgroups(0, nullptr) != 0 || setgid(group) != 0 || setuid(user) != 0) _exit(126);
  }
  // After the change of user, which would undo it; and if the parent died before it,
  // nobody is left to tell us.
  prctl(PR_SET_PDEATHSIG, prepared.death_signal);
  if (getppid() != prepared.parent) _exit(126);
  dup2(prepared.log_fd, STDOUT_FILENO);
  dup2(prepared.log_fd, STDERR_FILENO);
  // Whoever started the test may have made it ignore or block signals (a shell does for
  // what it runs in the background), and a program would inherit that.
  for (int number = 1; number < NSIG; ++number) signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  execvpe(prepared.argv[0], prepared.argv, prepared.environment);
  _exit(127);
}

}  // namespace

absl::StatusOr<Subprocess> Subprocess::Start(const Options& options) {
  const std::string log = options.log.empty() ? "/dev/null" : options.log.string();
  const int log_fd = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (log_fd < 0) {
    return absl::InternalError(fmt::format("opening {}: {}", log, std::strerror(errno)));
  }
  auto arguments = options.argv;
  auto environment = EnvironmentWith(options.environment);
  const auto argv = Pointers(arguments);
  const auto envp = Pointers(environment);
  const Prepared prepared{argv.data(),    envp.data(),          log_fd,
                          options.run_as, options.death_signal, getpid()};
  const pid_t pid = fork();
  if (pid == 0) BecomeProgram(prepared);
  close(log_fd);
  if (pid < 0) return absl::InternalError(fmt::format("fork: {}", std::strerror(errno)));
  // Here too, so that the group is there whoever is first.
  setpgid(pid, pid);
  return Subprocess(pid);
}

Subprocess::~Subprocess() { Kill9(); }

Subprocess::Subprocess(Subprocess&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)), exit_(other.exit_) {}

Subprocess& Subprocess::operator=(Subprocess&& other) noexcept {
  if (this == &other) return *this;
  Kill9();
  pid_ = std::exchange(other.pid_, 0);
  exit_ = other.exit_;
  return *this;
}

bool Subprocess::IsRunning() {
  if (pid_ == 0 || exit_) return false;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) != pid_) return true;
  exit_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  return false;
}

void Subprocess::Signal(int signal) {
  // Once it is reaped its number may be another's.
  if (IsRunning()) kill(-pid_, signal);
}

std::optional<int> Subprocess::Wait(std::chrono::steady_clock::duration patience) {
  if (!Await([this] { return !IsRunning(); }, patience)) return std::nullopt;
  return exit_;
}

void Subprocess::Kill9() {
  Signal(SIGKILL);
  static_cast<void>(Wait());
}

absl::StatusOr<int> RunToEnd(const Subprocess::Options& options,
                             std::chrono::steady_clock::duration patience) {
  auto process = Subprocess::Start(options);
  if (!process.ok()) return process.status();
  const auto exit_code = process->Wait(patience);
  if (!exit_code) {
    return absl::DeadlineExceededError(fmt::format("{} still runs", options.argv[0]));
  }
  return *exit_code;
}

}  // namespace inkwell::testing
