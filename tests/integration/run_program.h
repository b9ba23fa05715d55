// A program of ours that is expected to end by itself.
#pragma once

#include <fstream>
#include <iterator>
#include <string>

#include "tests/support/service_process.h"
#include "tests/support/subprocess.h"
#include "tests/support/temp_dir.h"

namespace inkwell::testing {

struct Ended {
  int exit_code = 0;   // or minus the signal that ended it
  std::string output;  // stdout and stderr
};

inline Ended RunProgram(const std::string& program, const Flags& flags,
                        const Environment& environment = {}) {
  const TempDir folder;
  Subprocess::Options options;
  options.argv = {program};
  options.argv.insert(options.argv.end(), flags.begin(), flags.end());
  options.environment = environment;
  options.log = folder.path() / "log";
  Ended ended;
  ended.exit_code = RunToEnd(options).value();
  std::ifstream log(options.log);
  ended.output.assign(std::istreambuf_iterator<char>(log), {});
  return ended;
}

}  // namespace inkwell::testing
