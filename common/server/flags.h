// Settings: a flag, else its environment variable, else its default.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace inkwell {

// Reads the environment (INKWELL_<FLAG>, upper case) and then the command line into
// the absl flags that the binary defines. Where a flag NAME has a companion
// NAME_file that is set, NAME is read from that file, less a trailing newline: so
// are secrets kept out of process lists.
//
// Returns the words that are no flags. Exits with 0 after --help or --version, and
// with a message for each bad setting, all of them at once, otherwise.
// Call once, at the start of main.
[[nodiscard]] std::vector<std::string> ParseFlags(int argc, char** argv, std::string_view usage);

// Logs every setting as it took effect, in one line. Secrets are hidden by their
// types' AbslUnparseFlag.
void LogFlags();

}  // namespace inkwell
