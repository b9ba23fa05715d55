// What the command line asks for.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/load/source.h"

namespace inkwell::load {

enum class ProgressStyle { kAuto, kBar, kPlain, kNone };
enum class ReportFormat { kText, kJson };

struct Options {
  std::string target = "127.0.0.1:50051";
  std::int64_t channels = 1;
  std::int64_t outstanding = 64;
  std::int64_t batch = 0;   // 0: unary calls
  std::int64_t stream = 0;  // changes a message; 0: no streams
  std::int64_t streams = 1;
  std::int64_t window = 8000;  // changes under way on a stream
  double rate = 0;             // comments per second; 0: closed loop
  std::chrono::milliseconds timeout{10'000};

  std::int64_t count = 0;                 // 0: no bound
  std::chrono::milliseconds duration{0};  // 0: no bound

  std::string input;  // empty: generated
  std::int64_t repeat = 1;
  GeneratorOptions generator;

  bool client_ids = false;
  std::string service_config;  // empty: none
  bool retry = false;
  std::chrono::milliseconds retry_for{60'000};

  std::string acknowledged_file;
  ProgressStyle progress = ProgressStyle::kAuto;
  ReportFormat format = ReportFormat::kText;
  bool help = false;
};

// Reads the flags into `options`. Returns what is wrong, all at once, a sentence
// each; `options` is usable only if nothing is.
[[nodiscard]] std::vector<std::string> ParseOptions(int argc, const char* const* argv,
                                                    Options& options);

// What --help prints.
[[nodiscard]] std::string HelpText();

}  // namespace inkwell::load
