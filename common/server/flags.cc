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

bool ReadEnvironment(const Flags& flags) {
  bool ok = true;
  for (const auto& [name, flag] : flags) {
    const std::string variable = EnvironmentName(name);
    const char* value = std::getenv(variable.c_str());
    std::string error;
    if (value != nullptr && !flag->ParseFrom(value, &error)) {
      Complain(fmt::format("Illegal value '{}' in the environment's {}; {}",
                           name.find("postgres") == 0 || name.find("redis") == 0 ? "…" : value,
                           variable, error));
      ok = false;
    }
  }
  return ok;
}

bool ReadSecretFiles(const Flags& flags) {
  bool ok = true;
  for (const auto& [name, flag] : flags) {
    const auto companion = flags.find(name + "_file");
    if (companion == flags.end() || companion->second->CurrentValue().empty()) continue;
    const std::string path = companion->second->CurrentValue();
    std::ifstream file(path);
    std::string value{std::istreambuf_iterator<char>(file), {}};
    while (!value.empty() && (value.back() == '\n' || value.back() == '\r')) value.pop_back();
    std::string error;
    if (!file) {
      Complain(fmt::format("--{}_file: can't read \"{}\"; expected a readable file", name, path));
      ok = false;
    } else if (!flag->ParseFrom(value, &error)) {
      Complain(fmt::format("--{}_file: illegal value in \"{}\"; {}", name, path, error));
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
    const bool for_tests = name == "INKWELL_FAILPOINT";
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
  config.contains_help_flags = IsOurs;
  config.contains_helpshort_flags = IsOurs;
  config.version_string = [] { return std::string("inkwell " INKWELL_VERSION "\n"); };
  // Paths of the build machine say nothing to a user.
  config.normalize_filename = [](absl::string_view filename) {
    const auto at = std::min(filename.rfind("services/"), filename.rfind("common/"));
    return std::string(at == absl::string_view::npos ? filename : filename.substr(at));
  };
  absl::SetFlagsUsageConfig(config);

  const Flags flags = OurFlags();
  // In order of precedence, weakest first. Abseil exits by itself if the command
  // line is bad, after naming every bad flag; what is wrong elsewhere was said then.
  const bool environment_ok = ReadEnvironment(flags);
  const auto words = absl::ParseCommandLine(argc, argv);
  const bool files_ok = ReadSecretFiles(flags);
  if (!environment_ok || !files_ok) std::exit(1);
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
