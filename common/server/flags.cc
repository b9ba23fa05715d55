#include "common/server/flags.h"

#include <fmt/core.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>

#include "absl/flags/parse.h"
#include "absl/flags/reflection.h"
#include "absl/flags/usage.h"
#include "absl/flags/usage_config.h"
#include "absl/strings/string_view.h"

extern char** environ;

namespace inkwell {
namespace {

using Flags = std::map<std::string, absl::CommandLineFlag*>;

constexpr std::string_view kPrefix = "INKWELL_";

// The flags that our sources define, not Abseil's own.
bool IsOurs(absl::string_view filename) {
  return filename.find("absl/flags/") == absl::string_view::npos;
}

Flags OurFlags() {
  Flags flags;
  for (const auto& [name, flag] : absl::GetAllFlags()) {
    if (IsOurs(flag->Filename())) flags.emplace(std::string(name), flag);
  }
  return flags;
}

std::string EnvironmentName(std::string_view flag) {
  std::string name(kPrefix);
  for (const char c : flag) name.push_back(static_cast<char>(std::toupper(c)));
  return name;
}

void Complain(std::string_view problem) {
  std::fprintf(stderr, "ERROR: %.*s\n", static_cast<int>(problem.size()), problem.data());
}

// Abseil's own --help exits with 1, and tells of the files that flags are defined in.
bool AsksForHelp(const std::vector<char*>& arguments) {
  return std::any_of(arguments.begin(), arguments.end(), [](std::string_view argument) {
    return argument == "--help" || argument == "-help";
  });
}

void PrintHelp(std::string_view usage, const Flags& flags) {
  fmt::print("{}\n\nFlags and their defaults:\n", usage);
  for (const auto& [name, flag] : flags) {
    fmt::print("  --{}={}\n      {}\n", name, flag->DefaultValue(), flag->Help());
  }
}

// A setting that may also come from a file, so that nobody sees it: NAME has NAME_file.
bool IsSecret(const Flags& flags, const std::string& name) {
  return flags.contains(name + "_file");
}

// Sets a flag, or complains. Abseil's error begins with the value, which may be secret.
bool Set(const Flags& flags, const std::string& name, const std::string& value,
         std::string_view source) {
  std::string error;
  if (flags.at(name)->ParseFrom(value, &error)) return true;
  const auto value_end = error.rfind(fmt::format("' specified for flag '{}'", name));
  const auto reason = error.find("; ", value_end);
  Complain(fmt::format("Illegal value {}in {}{}",
                       IsSecret(flags, name) ? "" : fmt::format("'{}' ", value), source,
                       reason == std::string::npos ? "" : error.substr(reason)));
  return false;
}

bool ReadEnvironment(const Flags& flags) {
  bool ok = true;
  for (const auto& [name, flag] : flags) {
    const std::string variable = EnvironmentName(name);
    const char* value = std::getenv(variable.c_str());
    if (value != nullptr && !Set(flags, name, value, "the environment's " + variable)) ok = false;
  }
  return ok;
}

// Secrets are taken off the command line before Abseil reads it, since it would print
// them if they are bad. Takes what Abseil takes: one dash or two, and the value after
// '=' or as the next word.
bool TakeSecrets(const Flags& flags, std::vector<char*>& arguments) {
  bool ok = true;
  std::vector<char*> others;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string argument = arguments[i];
    if (i > 0 && argument == "--") {
      others.insert(others.end(), arguments.begin() + static_cast<std::ptrdiff_t>(i),
                    arguments.end());
      break;
    }
    const auto start = argument.find_first_not_of('-');
    const auto equals = argument.find('=');
    const bool is_flag = i > 0 && (start == 1 || start == 2);
    const std::string name = is_flag ? argument.substr(start, equals - start) : "";
    const bool has_value = equals != std::string::npos || i + 1 < arguments.size();
    if (!is_flag || !flags.contains(name) || !IsSecret(flags, name) || !has_value) {
      others.push_back(arguments[i]);
      continue;
    }
    const std::string value =
        equals == std::string::npos ? arguments[++i] : argument.substr(equals + 1);
    if (!Set(flags, name, value, "--" + name)) ok = false;
  }
  arguments = others;
  return ok;
}

bool ReadSecretFiles(const Flags& flags) {
  bool ok = true;
  for (const auto& [name, flag] : flags) {
    if (!IsSecret(flags, name)) continue;
    const std::string path = flags.at(name + "_file")->CurrentValue();
    if (path.empty()) continue;
    std::ifstream file(path);
    std::string value{std::istreambuf_iterator<char>(file), {}};
    while (!value.empty() && (value.back() == '\n' || value.back() == '\r')) value.pop_back();
    if (!file) {
      Complain(fmt::format("--{}_file: can't read \"{}\"; expected a readable file", name, path));
      ok = false;
    } else if (!Set(flags, name, value, fmt::format("the file of --{}_file", name))) {
      ok = false;
    }
  }
  return ok;
}

// A misspelt variable would go unnoticed otherwise. Kubernetes itself sets some for
// each Service of the namespace (INKWELL_INGEST_SERVICE_HOST, …_PORT_50051_TCP, …).
void WarnOfUnknownVariables(const Flags& flags) {
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    if (text.substr(0, kPrefix.size()) != kPrefix) continue;
    const std::string_view name = text.substr(0, text.find('='));
    const bool by_kubernetes = name.find("_SERVICE_") != std::string_view::npos ||
                               name.find("_PORT") != std::string_view::npos;
    const bool for_tests = name == "INKWELL_FAILPOINT" || name == "INKWELL_MUTANT";
    const bool known = std::any_of(flags.begin(), flags.end(), [name](const auto& flag) {
      return EnvironmentName(flag.first) == name;
    });
    if (!known && !by_kubernetes && !for_tests) {
      spdlog::warn("the environment's {} names no flag; see --help for those there are", name);
    }
  }
}

}  // namespace

std::vector<std::string> ParseFlags(int argc, char** argv, std::string_view usage) {
  absl::SetProgramUsageMessage(std::string(usage));
  absl::FlagsUsageConfig config;
  config.version_string = [] { return std::string("inkwell " INKWELL_VERSION "\n"); };
  absl::SetFlagsUsageConfig(config);

  const Flags flags = OurFlags();
  std::vector<char*> arguments(argv, argv + argc);
  if (AsksForHelp(arguments)) {
    PrintHelp(usage, flags);
    std::exit(0);
  }
  // In order of precedence, weakest first. Abseil exits by itself if the command
  // line is bad, after naming every bad flag; what is wrong elsewhere was said then.
  const bool environment_ok = ReadEnvironment(flags);
  const bool secrets_ok = TakeSecrets(flags, arguments);
  const auto words = absl::ParseCommandLine(static_cast<int>(arguments.size()), arguments.data());
  const bool files_ok = ReadSecretFiles(flags);
  if (!environment_ok || !secrets_ok || !files_ok) std::exit(1);
  return {words.begin() + 1, words.end()};
}

void LogFlags() {
  const Flags flags = OurFlags();
  std::string line;
  for (const auto& [name, flag] : flags) {
    line += fmt::format(" --{}={}", name, flag->CurrentValue());
  }
  spdlog::info("settings:{}", line);
  WarnOfUnknownVariables(flags);
}

}  // namespace inkwell
