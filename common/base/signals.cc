#include "common/base/signals.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

namespace inkwell {
namespace {

sigset_t TerminationSignals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

}  // namespace

void BlockTerminationSignals() {
  const sigset_t set = TerminationSignals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  // A peer that hangs up is an error of the write, not of the process.
  signal(SIGPIPE, SIG_IGN);
}

int AwaitTermination() {
  const sigset_t set = TerminationSignals();
  int received = 0;
  while (sigwait(&set, &received) != 0) {
  }
  return received;
}

void RequestTermination() { kill(getpid(), SIGTERM); }

}  // namespace inkwell
