// Processes as /proc shows them.
#pragma once

#include <sys/types.h>

#include <vector>

namespace inkwell::testing {

// The children of `parent`, at this moment.
[[nodiscard]] std::vector<pid_t> ChildrenOf(pid_t parent);

// Whether `process` runs; one that ended but was not waited for yet (a zombie) does not.
[[nodiscard]] bool Runs(pid_t process);

// Whether `process` stands still since a SIGSTOP.
[[nodiscard]] bool IsStopped(pid_t process);

}  // namespace inkwell::testing
