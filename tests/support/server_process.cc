#include "tests/support/server_process.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/support/free_port.h"

namespace inkwell::testing {
namespace {

// What `log` holds after its first `skip` bytes.
std::string ReadFrom(const std::filesystem::path& log, std::uintmax_t skip) {
  std::ifstream file(log);
  file.seekg(static_cast<std::streamoff>(skip));
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

absl::Status ServerProcess::Start(std::vector<std::string> argv) {
  options_.argv = std::move(argv);
  std::error_code none_yet;
  const auto logged_before = std::filesystem::file_size(options_.log, none_yet);
  const auto skip = none_yet ? 0 : logged_before;
  auto process = Subprocess::Start(options_);
  if (!process.ok()) return process.status();
  process_ = *std::move(process);

  const auto is_ready = [&] {
    return ReadFrom(options_.log, skip).find(ready_line_) != std::string::npos;
  };
  bool runs = true;
  const bool in_time = Await([&] {
    runs = process_.IsRunning();
    return !runs || is_ready();
  });
  if (runs && in_time) return absl::OkStatus();
  process_.Kill9();
  return absl::InternalError(fmt::format("{} {}; it logged:\n{}", options_.argv[0],
                                         runs ? "does not get ready" : "ended at once",
                                         ReadFrom(options_.log, skip)));
}

absl::Status ServerProcess::Stop(int signal) {
  process_.Signal(signal);
  if (process_.Wait()) return absl::OkStatus();
  return absl::DeadlineExceededError("the server does not stop; its log: " + options_.log.string());
}

absl::Status StartOnFreePort(const std::function<absl::Status(int)>& start) {
  absl::Status status;
  for (int tries = 0; tries < 5; ++tries) {
    status = start(FreePort());
    if (status.ok()) break;
  }
  return status;
}

}  // namespace inkwell::testing
