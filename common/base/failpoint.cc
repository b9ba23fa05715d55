#include "common/base/failpoint.h"

#include <signal.h>

#include <atomic>
#include <cstdlib>
#include <string>

namespace inkwell {
namespace {

struct Armed {
  std::string name;
  int signal = SIGKILL;
  std::atomic<int> passes_left{0};

  Armed() {
    const char* setting = std::getenv("INKWELL_FAILPOINT");
    if (setting == nullptr) return;
    name = setting;
    if (const auto equals = name.find("=stop"); equals != std::string::npos) {
      signal = SIGSTOP;
      name.resize(equals);
    }
    int passes = 1;
    if (const auto colon = name.find(':'); colon != std::string::npos) {
      passes = std::atoi(name.c_str() + colon + 1);
      name.resize(colon);
    }
    passes_left = passes;
  }
};

}  // namespace

void HitFailpoint(std::string_view name) {
  static Armed armed;
  if (name == armed.name && --armed.passes_left == 0) raise(armed.signal);
}

}  // namespace inkwell
