// Signals are taken by sigwait on the main thread and nowhere else, so no code of
// ours ever runs in a signal handler.
#pragma once

namespace inkwell {

// Blocks SIGTERM and SIGINT for the calling thread and those it starts later, and
// ignores SIGPIPE. Call first in main, before any thread.
void BlockTerminationSignals();

// Waits for SIGTERM or SIGINT, or for RequestTermination, and returns the signal.
int AwaitTermination();

// Makes AwaitTermination return as if SIGTERM had come. For a part that finds
// that the process can't go on. Thread-safe.
void RequestTermination();

}  // namespace inkwell
