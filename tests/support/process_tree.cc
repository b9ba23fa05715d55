#include "tests/support/process_tree.h"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>

namespace inkwell::testing {
namespace {

struct Stat {
  char state = 'X';
  pid_t parent = 0;
};

// The fields of /proc/<pid>/stat after the name, which may itself hold blanks and
// parentheses; nullopt if there is no such process.
std::optional<Stat> ReadStat(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  std::istringstream fields(line.substr(line.rfind(')') + 1));
  Stat stat;
  fields >> stat.state >> stat.parent;
  return stat;
}

}  // namespace

std::vector<pid_t> ChildrenOf(pid_t parent) {
  std::vector<pid_t> children;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    pid_t process = 0;
    std::from_chars(name.data(), name.data() + name.size(), process);
    if (process == 0) continue;
    const auto stat = ReadStat(process);
    if (stat && stat->parent == parent) children.push_back(process);
  }
  return children;
}

bool Runs(pid_t process) {
  const auto stat = ReadStat(process);
  return stat && stat->state != 'Z' && stat->state != 'X';
}

bool IsStopped(pid_t process) {
  const auto stat = ReadStat(process);
  return stat && stat->state == 'T';
}

}  // namespace inkwell::testing
